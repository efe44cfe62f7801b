"""Reading what a request is made of: notes on the older part, then whole messages.

Work grows with the tail, not with the conversation: the walk from the newest message
to the root stops at the first one at which notes end.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from chatapp.context.models import Protection, Summary
from chatapp.conversations.models import Message

TAIL = """
    WITH RECURSIVE tail AS (
        SELECT m.*, 0 AS depth, EXISTS (
            SELECT FROM context_summary s WHERE s.last_id = m.id AND s.withdrawn_at IS NULL
        ) AS is_covered
        FROM conversations_message m WHERE m.id = %s
        UNION ALL
        SELECT m.*, tail.depth + 1, EXISTS (
            SELECT FROM context_summary s WHERE s.last_id = m.id AND s.withdrawn_at IS NULL
        )
        FROM tail JOIN conversations_message m ON m.id = tail.parent_id
        WHERE NOT tail.is_covered
    )
    SELECT * FROM tail ORDER BY depth DESC
"""
# Of several rows that end at one message the most merged stands for most, and of equal
# ones the newest is the last correction.
BEST = """
    SELECT s.* FROM context_summary s WHERE s.last_id = {end} AND s.withdrawn_at IS NULL
    ORDER BY s.level DESC, s.created_at DESC LIMIT 1
"""
ROWS = f"""
    WITH RECURSIVE used AS (
        SELECT newest.*, 0 AS depth FROM ({BEST.format(end="%s")}) newest
        UNION ALL
        SELECT earlier.*, used.depth + 1
        FROM used CROSS JOIN LATERAL ({BEST.format(end="used.before_id")}) earlier
    )
    SELECT id, conversation_id, before_id, first_id, last_id, digest, level, text, model,
        prompt_version, tokens_before, tokens_after, created_at, replaces_id, author_id,
        cardinality(message_ids) AS message_count
    FROM used ORDER BY depth DESC
"""


@dataclass(frozen=True)
class Cover:
    """All of one path: `rows` and `tail` hold each of its messages once, in order.

    `kept` are the protected messages that stand behind notes, by the row's id; those
    under None are somewhere else: in the tail, or on another branch.
    """

    rows: Sequence[Summary] = ()
    tail: Sequence[Message] = ()
    kept: Mapping[uuid.UUID | None, Sequence[Message]] = field(default_factory=dict)

    @property
    def until(self) -> uuid.UUID | None:
        """The last message that notes stand for."""
        return self.rows[-1].last_id if self.rows else None

    @property
    def counts(self) -> int:
        """How many messages stand behind notes."""
        return sum(message_count(row) for row in self.rows)


def message_count(row: Summary) -> int:
    """How many messages the row stands for, without reading their ids."""
    count: int = getattr(row, "message_count", 0)
    return count


def read(conversation_id: uuid.UUID, leaf_id: uuid.UUID | None) -> Cover:
    """The path to that message, in at most three queries."""
    if leaf_id is None:
        return Cover()
    tail = list(Message.objects.raw(TAIL, [leaf_id]))
    if any(message.takeover_id for message in tail):
        prefetch_related_objects(tail, "takeover")
    if not tail or not vars(tail[0])["is_covered"]:
        return Cover((), tail, {None: _protected(conversation_id)})
    rows = list(Summary.objects.raw(ROWS, [tail[0].pk]))
    return Cover(rows, tail[1:], _kept(conversation_id, rows))


def _protected(conversation_id: uuid.UUID) -> list[Message]:
    ids = Protection.objects.filter(conversation=conversation_id).values("message")
    return list(Message.objects.filter(pk__in=ids).order_by("created_at", "pk"))


def _kept(
    conversation_id: uuid.UUID, rows: Sequence[Summary]
) -> dict[uuid.UUID | None, list[Message]]:
    found = Message.objects.raw(
        """
        SELECT m.*, s.id AS row_id
        FROM context_protection p JOIN conversations_message m ON m.id = p.message_id
        LEFT JOIN context_summary s ON s.id = ANY(%s) AND m.id = ANY(s.message_ids)
        WHERE p.conversation_id = %s
        ORDER BY array_position(s.message_ids, m.id), m.created_at, m.id
        """,
        [[row.pk for row in rows], conversation_id],
    )
    kept: dict[uuid.UUID | None, list[Message]] = {}
    for message in found:
        kept.setdefault(vars(message)["row_id"], []).append(message)
    return kept
