"""What people wrote and were answered: conversations and their messages.

Owns `Conversation` and `Message` (a tree), who may see them (`access.py`), and
the verbs that write, rename, pin, archive and delete (`actions.py`). Has no
pages: those stand in `chat`. Uses accounts and live. Begin with `models.py`.
"""
