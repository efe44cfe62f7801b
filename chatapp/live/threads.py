"""The one crossing from async code to the database."""

import asyncio
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)  # Postgres is restarting, or out of reach
RETRY_SECONDS = 0.5

P = ParamSpec("P")
T = TypeVar("T")


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run sync ORM code in the thread pool.

    Not thread-sensitive: by default all sockets' queries would share one thread,
    and one slow query would stall every answer (django/channels#2132).
    """
    result: T = await database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)
    return result


async def patiently(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same, again and again while Postgres is away. For what may be done twice."""
    while True:
        try:
            return await in_database(function, *args, **kwargs)
        except AWAY as error:
            logger.warning("%s waits for Postgres: %s", function.__name__, error)
            await asyncio.sleep(RETRY_SECONDS)
