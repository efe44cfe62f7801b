"""The one crossing from async code to the database, for one reader or a crowd."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Generic, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

from chatapp.accounts.manners import Manner, current_manner

logger = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)  # Postgres is restarting, or out of reach
RETRY_SECONDS = 0.5

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


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


class Gathered(Generic[K, V]):
    """One read for all who ask while another read is under way.

    A crowd costs a few queries and one thread, however large it is; who asks alone
    is served at once. What is read is never older than the question. Whoever speaks
    another language, or lives in another zone, gets a read of their own.
    """

    def __init__(self, read: Callable[[list[K]], Mapping[K, V]]) -> None:
        self.read = read
        self.turn = asyncio.Lock()
        self.keys: dict[tuple[Manner, K], None] = {}
        self.next: asyncio.Task[Mapping[tuple[Manner, K], V]] | None = None

    async def __call__(self, key: K) -> V:
        asked = current_manner(), key
        self.keys[asked] = None
        if self.next is None:
            self.next = asyncio.create_task(self._read(), name="gathered read")
        # Shielded: one who goes away must not take the others' answer along.
        return (await asyncio.shield(self.next))[asked]

    async def _read(self) -> Mapping[tuple[Manner, K], V]:
        async with self.turn:
            keys, self.keys, self.next = list(self.keys), {}, None
            return await in_database(self._read_each, keys)

    def _read_each(self, asked: list[tuple[Manner, K]]) -> Mapping[tuple[Manner, K], V]:
        by_manner: defaultdict[Manner, list[K]] = defaultdict(list)
        for manner, key in asked:
            by_manner[manner].append(key)
        found: dict[tuple[Manner, K], V] = {}
        for manner, keys in by_manner.items():
            with manner.used():
                found |= {(manner, key): value for key, value in self.read(keys).items()}
        return found
