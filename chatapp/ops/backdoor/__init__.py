"""The back door: Django's admin for what has no page of its own, for admins alone.

Owns the site, and one door a table. Nothing here goes round a rule: what actions and forms
of the lower floors refuse is refused here, every change writes its line in the record of
changes, and records can only be read. Begin with `site.py`, then `doors.py`.
"""
