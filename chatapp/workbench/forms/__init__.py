"""The forms of the admins' room, one file a noun."""
