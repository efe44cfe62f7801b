"""A conversation of a file, whatever its source: checked, and fit to be kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from chatapp.rendering.sanitize import usable

Item = Mapping[str, Any]
TEXT_LIMIT = 1_000_000  # characters of one message; what is longer is cut, and says so
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class Unreadable(Exception):
    """Why an item is not taken in: a sentence for the report."""


@dataclass
class ToldMessage:
    """`content` is what the Messages API would take; empty: the text alone."""

    key: str
    parent: str | None
    role: str  # user or assistant
    text: str
    at: datetime | None = None
    content: list[dict[str, Any]] = field(default_factory=list)
    model: str = ""
    status: str = "done"
    stop_reason: str = ""
    seams: list[int] = field(default_factory=list)
    feedback: Item | None = None


@dataclass
class ToldConversation:
    source: str
    key: str
    title: str
    messages: list[ToldMessage]
    current: str | None = None  # the key of the message at the end of the shown branch
    created_at: datetime | None = None
    active_at: datetime | None = None
    pinned_at: datetime | None = None
    archived_at: datetime | None = None
    model: str = ""


def words(value: object, limit: int = TEXT_LIMIT) -> str:
    """Any value of a file as text that can be kept."""
    if not isinstance(value, str):
        return ""
    text = usable(value.replace("\x00", "")).replace("\r\n", "\n")
    if len(text) <= limit:
        return text
    left_out = gettext("[%(count)s more characters are left out]") % {"count": len(text) - limit}
    return f"{text[:limit]}\n\n{left_out}" if limit == TEXT_LIMIT else text[:limit]


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def mapped(value: object) -> Item:
    return value if isinstance(value, dict) else {}


def key_of(value: object) -> str:
    """An id of a file. Raises Unreadable where there is none."""
    if not isinstance(value, str) or not value or len(value) > 200:
        raise Unreadable(gettext("it has no id"))
    return words(value)


def time_of(value: object) -> datetime | None:
    """A moment as a number of seconds or by ISO 8601; None for what is none.

    What lies ahead would stand above all else in the list for good, so it becomes now.
    """
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
        elif value is not None and not isinstance(value, bool):
            at = datetime.fromtimestamp(float(value), UTC)  # type: ignore[arg-type]
        else:
            return None
        at = at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    if at < OLDEST:
        return None
    return min(at, timezone.now())


def in_order(messages: Iterable[ToldMessage]) -> list[ToldMessage]:
    """Each after its parent. A parent that is missing makes a root; a loop is cut open."""
    by_key: dict[str, ToldMessage] = {}
    for message in messages:
        by_key.setdefault(message.key, message)
    children: dict[str | None, list[ToldMessage]] = {}
    for message in by_key.values():
        if message.parent not in by_key:
            message.parent = None
        children.setdefault(message.parent, []).append(message)
    found = list(_below(children.get(None, []), children))
    seen = {message.key for message in found}
    for message in by_key.values():
        if message.key not in seen:
            children[message.parent].remove(message)
            message.parent = None
            loop = list(_below([message], children))
            found += loop
            seen |= {it.key for it in loop}
    return found


def _below(
    roots: list[ToldMessage], children: Mapping[str | None, list[ToldMessage]]
) -> Iterator[ToldMessage]:
    """Not by recursion: a thread may have more messages than Python has frames."""
    waiting = list(reversed(roots))
    while waiting:
        message = waiting.pop()
        yield message
        waiting += reversed(children.get(message.key, []))


def with_times(messages: Iterable[ToldMessage], begin: datetime | None) -> None:
    """Give each without a time that of the one before, a moment later, so that order stays."""
    last = begin or timezone.now()
    for message in messages:
        last = message.at = message.at or last + timedelta(milliseconds=1)
