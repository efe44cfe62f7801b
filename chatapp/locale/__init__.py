"""The languages of the interface: what it says in each, and how each writes dates.

Catalogues are made of what the sources say by `make messages`; what is compiled from them
is kept beside them, so that nothing has to be compiled where the app runs.
"""
