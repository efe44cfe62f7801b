"""What is sent: from a conversation's path to a request for Claude.

Owns no rows. Every rule about what may stand in a request is kept in `plan.py`
and nowhere else. Uses conversations and claude's request type.
"""
