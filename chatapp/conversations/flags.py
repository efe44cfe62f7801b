"""Saying that somebody should look at a conversation."""

import uuid
from collections.abc import Iterable

from chatapp.accounts.models import User
from chatapp.conversations.models import Flag, Message, Unchecked
from chatapp.live.doorbell import ring_on_commit

TOPIC = "flags:"  # rung when there is something to take up


def flag(
    conversation_id: uuid.UUID,
    kind: str,
    *,
    message_id: uuid.UUID | None = None,
    by: User | None = None,
    detail: str = "",
) -> None:
    """Flag a conversation, in the transaction of what happened; the same twice is once."""
    flag_all([_made(conversation_id, kind, message_id, by, detail)])


def flag_all(flags: Iterable[Flag]) -> None:
    """The same for many, by one statement."""
    rows = list(flags)
    if rows:
        Flag.objects.bulk_create(rows, ignore_conflicts=True)
        ring_on_commit((TOPIC, {}))


def leave_unchecked(messages: Iterable[Message]) -> None:
    """Have the rules of the support room look at complete messages."""
    rows = [Unchecked(message=message) for message in messages]
    if rows:
        Unchecked.objects.bulk_create(rows, ignore_conflicts=True)
        ring_on_commit((TOPIC, {}))


def _made(
    conversation_id: uuid.UUID,
    kind: str,
    message_id: uuid.UUID | None,
    by: User | None,
    detail: str,
) -> Flag:
    return Flag(
        conversation_id=conversation_id,
        message_id=message_id,
        kind=kind,
        by=by,
        detail=detail.replace("\x00", "")[:500],
    )
