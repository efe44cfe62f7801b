"""What is sent: from a conversation's path to a request for Claude.

Owns the notes that stand for the older part (Summary), what is kept word for word
(Protection) and the attempts to make notes (Attempt). Uses conversations, usage and
claude's types. Begin with `plan.py`; when notes are made: `policy.py`, then `work.py`.
"""
