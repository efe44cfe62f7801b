"""Conversations as files: JSON, Markdown, HTML and PDF, one or all.

`pieces.py` says what of a message is shown; each format has a file of its own. `everything.py`
is the archive of all that a person has here, to which higher floors add by `parts.py`.
"""
