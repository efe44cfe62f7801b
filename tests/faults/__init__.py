"""Real processes are killed, cut off and restarted; no word may be lost or shown twice.

`stack.py` starts them, `reader.py` is a page: it applies frames as the browser does and
checks at every frame that what it shows is a beginning of what Claude said.
"""
