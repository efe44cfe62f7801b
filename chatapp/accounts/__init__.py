"""People: who they are, which roles they have, how they sign in.

Owns `User`. Roles are Django groups with the names in `roles.py`; questions of
right are asked there and nowhere else. Sign-in itself is django-allauth's.
Uses nothing of ours but errors. Begin with `models.py`, then `roles.py`.
"""
