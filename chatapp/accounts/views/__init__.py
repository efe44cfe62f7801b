"""Pages about one's own account that are not django-allauth's.

Pictures, sessions, the time zone that a browser tells, and the way out. Settings
themselves stand in `chatapp/chat`, which has the room around them.
"""
