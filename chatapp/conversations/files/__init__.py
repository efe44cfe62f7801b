"""Files that people attach: read by content, kept once, sent to Claude in the place of a stand-in.

`reading.py` runs in a process of its own, because parsers of strangers' files break: it tells
what a file is (`kinds.py`) and makes of it what Claude is given (`images.py`, `documents.py`,
`texts.py`). `actions.py` is what the rest of the house calls; `sending.py` puts the bytes in.
"""
