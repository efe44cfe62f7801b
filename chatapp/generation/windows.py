"""The part of a thread that a page shows: the newest messages, or those around one.

What stands above is fetched as somebody scrolls up to it. A page that was opened at an old
message has two stretches, that one's and the newest, and between them a gap that fills from
above, so that somebody reads on where they are while new answers come in below.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.template.loader import render_to_string

from chatapp.conversations.branches import keys_to, leaf_of
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.models.message import WHOLE
from chatapp.errors import NotThere
from chatapp.generation.entries import Entry, article, entries, path_entries

NEWEST: Final = 40  # messages with which a thread opens, and that come at once
AROUND: Final = 10  # above and below the one at which it is opened


@dataclass(frozen=True)
class Gap:
    """Messages that are not on the page: above `before`, and below `after` if that is given."""

    conversation_id: uuid.UUID
    before: uuid.UUID
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class Stretch:
    """Messages that follow each other, and the gap above them; or below, where one is filled."""

    entries: Sequence[Entry]
    gap: Gap | None = None
    # The divider of the memory belongs above these, after a message that is not on the page.
    is_below_notes: bool = False


@dataclass(frozen=True)
class Shown:
    """What a page shows. `leaf_id` is the end of a branch that the thread does not stand on."""

    stretches: Sequence[Stretch]
    at: uuid.UUID | None = None  # the message at which it was opened
    leaf_id: uuid.UUID | None = None


def newest(
    conversation: Conversation, divider: uuid.UUID | None = None, *, is_whole: bool = False
) -> Stretch:
    """The end of the thread, or all of it; `divider` is the last message behind notes."""
    shown = path_entries(conversation, most=WHOLE if is_whole else NEWEST)
    held = {entry.message.pk for entry in shown}
    return Stretch(shown, _gap_above(shown), divider is not None and divider not in held)


def opened_at(
    conversation: Conversation, message_id: uuid.UUID, divider: uuid.UUID | None = None
) -> Shown:
    """The page that opens at a message, on whatever branch; its end as well where it is another
    part. Raises NotThere for a message of another thread.
    """
    message = Message.objects.filter(conversation=conversation, pk=message_id).first()
    if message is None:
        raise NotThere
    end = leaf_of(message)
    keys, other = keys_to(conversation, conversation.current_leaf_id), None
    if message_id not in keys:
        keys, other = keys_to(conversation, end), end
    at, last = keys.index(message_id), max(0, len(keys) - NEWEST)
    first, until = max(0, at - AROUND), at + AROUND + 1
    # Where the two would meet they are one.
    parts = [keys[min(first, last) :]] if until >= last else [keys[first:until], keys[last:]]
    stretches = _stretches(conversation, keys, parts, divider)
    return Shown(stretches, message_id, other)


def _stretches(
    conversation: Conversation,
    keys: Sequence[uuid.UUID],
    parts: Sequence[Sequence[uuid.UUID]],
    divider: uuid.UUID | None,
) -> list[Stretch]:
    shown = {e.message.pk: e for e in _entries(conversation, [k for part in parts for k in part])}
    found: list[Stretch] = []
    noted = keys.index(divider) if divider in keys else -1
    above = -1  # the place of the message that stands last on the page so far
    for part in parts:
        stretch = Stretch([shown[key] for key in part if key in shown])
        gap = _gap_above(stretch.entries)
        if gap and above >= 0:
            gap = replace(gap, after=keys[above])
        first = keys.index(part[0])
        found.append(replace(stretch, gap=gap, is_below_notes=above < noted < first))
        above = first + len(part) - 1
    return found


def filled(
    conversation: Conversation,
    before_id: uuid.UUID,
    after_id: uuid.UUID | None = None,
    *,
    is_whole: bool = False,
) -> Stretch:
    """The next messages of a gap, and the gap that is left. Raises NotThere.

    Those that stand next above; in a gap between two stretches those that follow the upper one.
    """
    last = Message.objects.filter(conversation=conversation, pk=before_id).first()
    if last is None:
        raise NotThere
    most = WHOLE if is_whole else NEWEST
    if after_id is None:
        shown = entries(conversation, Message.objects.path_to(last.parent_id, most))
        return Stretch(shown, _gap_above(shown))
    keys = keys_to(conversation, last.parent_id, after_id)
    lacking = keys[1:] if keys and keys[0] == after_id else keys
    shown = _entries(conversation, lacking[:most])
    left = Gap(conversation.pk, before_id, shown[-1].message.pk) if lacking[most:] else None
    return Stretch(shown, left)


def _entries(conversation: Conversation, keys: Sequence[uuid.UUID]) -> list[Entry]:
    rows = Message.objects.in_bulk(keys)
    return entries(conversation, [rows[key] for key in keys if key in rows])


def _gap_above(shown: Sequence[Entry]) -> Gap | None:
    first = shown[0].message if shown else None
    return Gap(first.conversation_id, first.pk) if first and first.parent_id else None


def html_of(stretch: Stretch) -> str:
    """The fragments of a stretch, the same in reply and frame."""
    gap = render_to_string("generation/_older.html", {"gap": stretch.gap}) if stretch.gap else ""
    articles = "".join(article(entry) for entry in stretch.entries)
    return articles + gap if stretch.gap and stretch.gap.after else gap + articles
