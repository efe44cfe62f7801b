"""The only door to Claude: whoever calls the API comes through here.

Owns the shared client (`door.py`), the ledger with one row for each call and the
request that was sent (`ledger.py`), how long they are kept (`retention.py`), prices
(`prices.py`) and budgets (`budgets.py`).
Uses claude, accounts and conversations. Begin with `ledger.py`.
"""
