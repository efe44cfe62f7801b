"""A channel layer that does to announcements what layers do on bad days."""

import random
from typing import Any

from channels.layers import InMemoryChannelLayer


class FaultyLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """Drops, doubles or delays past others, by the setting `fault`."""

    def __init__(self, fault: str, **options: Any) -> None:
        super().__init__(**options)
        self.fault = fault
        self.held: list[tuple[str, dict[str, Any]]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.fault == "drop" and '"queued"' not in message["news"]:
            return
        self.held.append((group, message))
        if self.fault == "reorder" and len(self.held) < random.randint(2, 5):
            return
        random.shuffle(self.held)
        for held in self.held * (2 if self.fault == "double" else 1):
            await super().group_send(*held)
        self.held = []
