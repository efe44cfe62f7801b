"""The forms of the admins' room, one file a subject.

They read what people type and refuse what cannot be; what it means is decided by the
actions that they hand it to. Begin with `prompts.py`.
"""
