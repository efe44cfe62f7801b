"""The members' room: the list of conversations, the thread, the composer, settings.

Owns pages, no tables. A view fetches by policy, calls one action, chooses a
fragment, answers. Uses all floors above. Begin with `urls.py`.
"""
