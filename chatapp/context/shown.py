"""What a thread shows of the model's memory: a divider, the notes, how full it is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from chatapp.accounts.models import User
from chatapp.context.actions import protected_tokens
from chatapp.context.cover import message_count, read
from chatapp.context.models import Protection, Summary
from chatapp.context.plan import build
from chatapp.conversations.models import Conversation
from chatapp.errors import TooLarge


@dataclass(frozen=True)
class Note:
    """One row of notes as a person sees it; `author` mended it, None wrote it by model."""

    row: Summary
    text: str
    messages: int
    author: User | None

    @property
    def is_correction(self) -> bool:
        return self.row.replaces_id is not None


@dataclass(frozen=True)
class Shown:
    """`ends_after` is the last message that only notes stand for: the divider follows it.

    `tokens` of `limit` are used, an estimate; `protected_tokens` of `protected_limit`.
    `left_out` messages at the beginning are not sent at all.
    """

    ends_after: uuid.UUID | None
    notes: Sequence[Note]
    tokens: int
    limit: int
    left_out: int
    protected: frozenset[uuid.UUID]
    protected_tokens: int
    protected_limit: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.tokens // max(1, self.limit))


def shown(conversation: Conversation) -> Shown:
    """The memory at the newest message. A handful of queries, whatever the length."""
    leaf = conversation.current_leaf_id or uuid.UUID(int=0)
    cover = read(conversation.pk, conversation.current_leaf_id)
    authors = User.objects.in_bulk({row.author_id for row in cover.rows if row.author_id})
    try:
        made = build(conversation, cover, leaf)
        used, limit, left_out = made.tokens, made.limit, made.left_out
    except TooLarge:
        # The newest message is refused: nothing would be sent, and the page still opens.
        used, limit, left_out = 1, 1, 0
    protected = Protection.objects.filter(conversation=conversation)
    return Shown(
        ends_after=cover.until,
        notes=[
            Note(row, row.text, message_count(row), authors.get(row.author_id or 0))
            for row in cover.rows
        ],
        tokens=used,
        limit=limit,
        left_out=left_out,
        protected=frozenset(protected.values_list("message", flat=True)),
        protected_tokens=protected_tokens(conversation),
        protected_limit=settings.PROTECTED_MAX_TOKENS,
    )
