"""The only door to Claude: whoever calls the API comes through here.

Owns the shared client and its settings. The ledger, prices and budgets belong
here too, so that no call can go past them. Uses claude. Begin with `door.py`.
"""
