"""Attacks: who may do what, what a browser is told, what hostile texts and requests can do.

`matrix.py` is the table of all pages and topics against all roles; a page or topic
without a line fails. `payloads.py` holds the hostile texts. `docs/security.md` names
the test of each promise. Begin with `matrix.py`.
"""
