"""The views of the support room, one file a noun.

Each fetches by policy, calls one action, chooses a fragment and answers.
"""
