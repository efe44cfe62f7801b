"""The views of the admins' room, one file a noun.

Each fetches by policy, calls one action, chooses a fragment and answers.
"""
