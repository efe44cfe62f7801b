"""Running the product: start, stop, watch, health.

Owns `manage.py serve` with its supervisor, the web and runner processes, the
embedded PostgreSQL, and the health pages. May use every floor; nothing below
may use it. Begin with `supervisor.py`; what the supervisor imports before the
database is up stays free of Django, so that a start is quick.
"""
