"""Where a list of hits goes on: text for an address, which anybody may have changed."""

import uuid
from datetime import UTC, datetime
from typing import NamedTuple, Self

from django.utils.translation import gettext

from chatapp.errors import Unusable

FIRST, LAST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)


class Mark(NamedTuple):
    """A place in the order of all messages by time."""

    at: datetime
    message: uuid.UUID

    def __str__(self) -> str:
        # Without a plus, which an address would turn into a space.
        moment = self.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return f"{moment}~{self.message.hex}"

    @classmethod
    def read(cls, text: str) -> Self:
        moment, _, message = text.partition("~")
        time = datetime.fromisoformat(moment)
        if time.tzinfo is None:
            raise ValueError
        # In UTC, because Postgres knows fewer zones than Python does.
        return cls(time.astimezone(UTC), uuid.UUID(message))


def start_of(moment: datetime) -> Mark:
    """Before every message of that moment."""
    return Mark(moment, FIRST)


class Place(NamedTuple):
    """After a hit inside a block of ranked messages, or before the next block."""

    before: Mark  # the block's messages are older than this,
    oldest: Mark | None = None  # and as old as this at most. None: a block not yet looked for
    then: Mark | None = None  # where the next block begins. None: there is none
    rank: int = 0
    last: Mark | None = None

    def __str__(self) -> str:
        marks = (self.before, self.oldest, self.then, self.last)
        return "_".join([str(self.rank), *(str(mark or "") for mark in marks)])

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises Unusable for what `str` of a place cannot have given."""
        try:
            rank, *marks = text.split("_")
            before, oldest, then, last = [Mark.read(mark) if mark else None for mark in marks]
            if before is None or (oldest is None) != (last is None):
                raise ValueError
            return cls(before, oldest, then, int(rank), last)
        except (ValueError, OverflowError):
            raise Unusable(gettext("This place in the hits is not known. Search again.")) from None
