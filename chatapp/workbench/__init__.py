"""The admins' room: what everybody's answers cost, and the budgets that bound it.

Owns no rows: figures and budgets are those of usage, which it shows and changes.
Uses everything below generation. Begin with `views.py`.
"""
