"""The one crossing from async code to the database."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run sync ORM code in the thread pool.

    Not thread-sensitive: by default all sockets' queries would share one thread,
    and one slow query would stall every answer (django/channels#2132).
    """
    result: T = await database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)
    return result
