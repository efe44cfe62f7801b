"""Ringing: telling every process that something is new.

The channel layer drops, repeats and forgets. Nothing depends on a ring but how
soon a page is told; what it is told stands in the database.
"""

import json
import logging
from collections.abc import Sequence
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

GROUP = "doorbell"
LARGEST_RING = 256 * 1024  # bytes; beyond it the news travel without their texts

News = tuple[str, dict[str, Any]]  # a topic, and what is new in it


async def ring(news: Sequence[News]) -> None:
    """Announce all of `news` in one message to every process."""
    # One string: the in-memory layer copies deeply whatever it carries.
    payload = json.dumps(news, ensure_ascii=False, separators=(",", ":"))
    if len(payload) > LARGEST_RING:
        payload = json.dumps([(topic, {}) for topic, _ in news])
    try:
        await get_channel_layer().group_send(GROUP, {"type": "ring", "news": payload})
    except (OSError, ConnectionError, TimeoutError) as error:
        # Redis is away: pages find out by looking, answers go on.
        logger.warning("The doorbell is out of order: %s", type(error).__name__)


def ring_on_commit(*news: News) -> None:
    """Announce once the transaction around is committed."""
    transaction.on_commit(lambda: async_to_sync(ring)(news))
