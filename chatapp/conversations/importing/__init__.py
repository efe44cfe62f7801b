"""Conversations from files: our own JSON, the exports of ChatGPT and of Claude.

`file.py` reads a file item by item, in bounded memory; `ours.py`, `chatgpt.py` and `claude.py`
each make one form of conversation of an item (`told.py`), and `write.py` keeps it once.
"""
