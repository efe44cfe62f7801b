"""The list of conversations as open pages follow it."""

import uuid
from collections.abc import Sequence
from typing import Any

from chatapp.accounts.models import User
from chatapp.chat.listing import item
from chatapp.conversations.models import Conversation
from chatapp.live.frames import frame_of
from chatapp.live.threads import in_database
from chatapp.live.topics import Follower, register


class ListFollower:
    """Shows anew each conversation that an announcement names."""

    def __init__(self, user: User) -> None:
        self.topic = f"list:{user.pk}"
        self.user = user
        self.pause = 0.0
        self.changed: dict[uuid.UUID, None] = {}
        self.outdated: dict[str, None] = {}  # parts that the page asks for anew itself

    def hear(self, news: dict[str, Any]) -> None:
        if "conversation" in news:
            self.changed[uuid.UUID(news["conversation"])] = None
        if "options" in news:
            self._refresh(f"options-{news['options']}")
        if "place" in news:
            self._refresh("folders", f"place-{news['conversation']}")
        if "lists" in news:
            self._refresh("conversations", "folders", "folder")

    def is_quick(self) -> bool:
        return not self.changed and not self.outdated

    async def frame(self) -> str:
        changed, self.changed = list(self.changed), {}
        html = await in_database(_items, self.user, changed) if changed else ""
        if changed:
            self._refresh("folder")
        names, self.outdated = list(self.outdated), {}
        return html + refreshes(*names)

    def _refresh(self, *names: str) -> None:
        self.outdated.update(dict.fromkeys(names))


def refreshes(*names: str) -> str:
    """Frames that have the page ask anew for those parts of itself."""
    return "".join(frame_of("refresh", name=name) for name in names)


def _items(user: User, changed: list[uuid.UUID]) -> str:
    rows = Conversation.objects.visible_to(user).listed().in_bulk(changed)
    return "".join(
        item(rows[pk]) if pk in rows else frame_of("gone", id=f"conversation-{pk}")
        for pk in changed
    )


class ListTopic:
    """`list:` with nothing behind the colon: everyone's own."""

    def is_allowed(self, user: User, key: str) -> bool:
        return key == ""

    def follow(self, user: User, key: str, since: int) -> Follower:
        return ListFollower(user)

    async def refresh(self, followers: Sequence[Follower]) -> None:
        """Nothing: a title that came unannounced stands in the next page."""


register("list", ListTopic())
