"""Whether DATABASE_URL leads to a server that will do."""

import psycopg

from chatapp.ops.children import StartFailed

OLDEST = 15  # the oldest major version that the tests have seen
PATIENCE = 5  # seconds


def check(url: str) -> None:
    """Raise StartFailed with one line; the pool would try for long and say little."""
    if not url:
        raise StartFailed("DATABASE_URL: needed here; `manage.py serve` brings a database itself.")
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE) as connection:
            major = connection.info.server_version // 10_000
    except psycopg.Error as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise StartFailed(f"DATABASE_URL: cannot connect: {reason}") from None
    if major < OLDEST:
        raise StartFailed(f"DATABASE_URL: PostgreSQL {OLDEST} or newer is needed, not {major}.")
