"""What a page can follow.

A topic is named `kind:key`, say `conversation:3f2c…`. The folder that owns the
subject registers its kind at start; this floor knows none of them.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from chatapp.accounts.models import User


class Follower(Protocol):
    """What one socket has been shown of one topic."""

    topic: str
    pause: float  # seconds until the next frame may be asked for; 0 = at once

    def hear(self, news: dict[str, Any]) -> None:
        """Take an announcement in. It may be lost, repeated or out of order."""

    def is_quick(self) -> bool:
        """Whether the next frame needs no database."""

    async def frame(self) -> str:
        """HTML of everything that is new since the last frame; empty if nothing is."""


class Kind(Protocol):
    """A kind of topic: who may follow it, and how."""

    def is_allowed(self, user: User, key: str) -> bool:
        """Asked at connect, at each inbound frame and every 20 seconds."""

    def follow(self, user: User, key: str, since: int) -> Follower: ...

    async def refresh(self, followers: Sequence[Follower]) -> None:
        """Look into the database for what no announcement told these followers."""


KINDS: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    KINDS[name] = kind


def is_allowed(user: User, topic: str) -> bool:
    name, _, key = topic.partition(":")
    return name in KINDS and KINDS[name].is_allowed(user, key)


def follow(user: User, topic: str, since: int) -> Follower:
    name, _, key = topic.partition(":")
    return KINDS[name].follow(user, key, since)
