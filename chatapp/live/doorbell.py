"""Ringing: telling every process that something is new.

The channel layer drops, repeats and forgets. Nothing depends on a ring but how
soon a page is told; what it is told stands in the database.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Sequence
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

GROUP = "doorbell"
LARGEST_RING = 256 * 1024  # characters; beyond it the news travel without their texts
MOST_WAITING = 10_000  # news that wait for a layer that hangs; more are forgotten

News = tuple[str, dict[str, Any]]  # a topic, and what is new in it


class Bell:
    """Gathers news of all threads; whatever waits goes out as one message.

    Who rings never waits: a layer that hangs must not hold up a commit or a tick.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[News] = []
        self.loop: asyncio.AbstractEventLoop | None = None

    def ring(self, *news: News) -> None:
        if self.loop is None or not self.loop.is_running():
            async_to_sync(announce)(news)  # a command, with no hub of its own
            return
        with self.lock:
            is_first = not self.waiting
            self.waiting += news[: MOST_WAITING - len(self.waiting)]
        if is_first:
            self.loop.call_soon_threadsafe(self.awake.set)

    async def keep_ringing(self) -> None:
        """Send what waits, until cancelled. One process has one such task, in its hub."""
        self.loop, self.awake = asyncio.get_running_loop(), asyncio.Event()
        while True:
            await self.awake.wait()
            self.awake.clear()
            with self.lock:
                news, self.waiting = self.waiting, []
            await announce(news)


BELL = Bell()


async def announce(news: Sequence[News]) -> None:
    """Announce all of `news` in one message to every process."""
    # One string: the in-memory layer copies deeply whatever it carries.
    payload = json.dumps(news, ensure_ascii=False, separators=(",", ":"))
    if len(payload) > LARGEST_RING:
        payload = json.dumps([(topic, {}) for topic, _ in news])
    try:
        await get_channel_layer().group_send(GROUP, {"type": "ring", "news": payload})
    except (OSError, RedisError) as error:
        # Redis is away: pages find out by looking, answers go on.
        logger.warning("The doorbell is out of order: %s", type(error).__name__)


def ring_on_commit(*news: News) -> None:
    """Announce once the transaction around is committed."""
    transaction.on_commit(lambda: BELL.ring(*news))
