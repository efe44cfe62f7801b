"""The views, one file a noun: conversations, messages, settings.

Each fetches by policy, calls one action, chooses a fragment and answers;
what it answers with is drawn by `listing` and `generation.entries`.
"""
