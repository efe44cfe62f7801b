"""A channel layer that does to announcements what layers do on bad days."""

import random
from typing import Any

from channels.layers import InMemoryChannelLayer


class FaultyLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """Drops all, doubles all, or holds back and shuffles."""

    def __init__(self, fault: str, **options: Any) -> None:
        super().__init__(**options)
        self.fault = fault
        self.held: list[tuple[str, dict[str, Any]]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.fault == "drop":
            return
        self.held.append((group, message))
        if self.fault == "reorder" and len(self.held) < random.randint(2, 5):
            return
        held, self.held = self.held, []
        random.shuffle(held)
        for one in held * (2 if self.fault == "double" else 1):
            await super().group_send(*one)
