"""The forms of the support room.

What is given is checked here, and handed to one action each.
"""
