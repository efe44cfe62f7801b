"""What the summarizer has to do next for one conversation, and keeping what it made.

Both are short transactions under the conversation's lock; the call between them is in
none. Whatever happens in between, what is kept was made from messages that still are.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.utils import timezone

from chatapp.claude import Message as Answer
from chatapp.claude import Request
from chatapp.context import tokens
from chatapp.context.cover import Cover, read
from chatapp.context.directions import Options, current_version, options
from chatapp.context.models import Attempt, Summary
from chatapp.context.pieces import items, pieces
from chatapp.context.policy import Item, Marks, to_merge, to_summarise
from chatapp.context.summarize import (
    checked,
    prompt_version,
    request_for_chunk,
    request_for_merge,
)
from chatapp.conversations.actions import announce_memory, locked
from chatapp.conversations.models import Message
from chatapp.usage import prices

Occasion = Literal["full", "return", "hand"]
CLAIM = timedelta(minutes=5)  # after which an attempt that did not end is given up
BREAKS_AFTER = 3  # failures in a row; then only
EVERY = 10  # turns another attempt is made


@dataclass(frozen=True)
class Work:
    """One call to make: a chunk of messages, or rows to merge (`sources`)."""

    attempt: uuid.UUID
    conversation_id: uuid.UUID
    owner_id: int  # who is charged for it
    request: Request
    row: Summary  # all but the text and what the call cost
    cap: int

    @property
    def parts(self) -> list[dict[str, str]]:
        """What the request is made of, for the record: rows that are merged, or messages."""
        if self.row.sources:
            return [{"kind": "summary", "id": str(pk)} for pk in self.row.sources]
        return [{"kind": "message", "id": str(pk)} for pk in self.row.message_ids]


@transaction.atomic
def next_work(conversation_id: uuid.UUID, occasion: Occasion = "full") -> Work | None:
    """The next call to make, claimed; None if there is nothing or someone is at it.

    Raises NotThere for a conversation that is gone.
    """
    conversation = locked(conversation_id)
    cover = read(conversation.pk, conversation.current_leaf_id)
    chosen = options(current_version(conversation))
    tail = items(cover.tail, pieces(cover.tail))
    if not cover.tail or not _may_try(conversation_id, tail, occasion):
        return None
    if count := to_summarise(tail, chosen.marks, _high(chosen.marks, occasion)):
        before = sum(item.tokens for item in tail[:count])
        row = _row(cover.tail[:count], chosen, before)
        request, cap = request_for_chunk(cover.tail[:count], chosen), chosen.marks.cap
    else:
        merged = _merged(cover, chosen)
        if merged is None:
            return None
        row, texts = merged
        request, cap = request_for_merge(texts, chosen), chosen.marks.merged_cap
    attempt = Attempt.objects.create(conversation=conversation, leaf=cover.tail[-1])
    return Work(attempt.pk, conversation_id, conversation.owner_id, request, row, cap)


def _high(marks: Marks, occasion: Occasion) -> int:
    return {"full": marks.start, "return": marks.on_return, "hand": marks.keep}[occasion]


def _may_try(conversation_id: uuid.UUID, tail: Sequence[Item], occasion: Occasion) -> bool:
    """Not while another attempt runs, and seldom after failures in a row."""
    newest = Attempt.objects.filter(conversation=conversation_id).order_by("-started_at")
    last = list(newest[:BREAKS_AFTER])
    if last and last[0].ended_at is None and last[0].started_at > timezone.now() - CLAIM:
        return False
    # One that never ended took its process with it: that is a failure, too.
    failed = [attempt.failure or attempt.ended_at is None for attempt in last]
    if len(last) < BREAKS_AFTER or not all(failed) or occasion == "hand":
        return True
    since = next((at for at, item in enumerate(tail) if item.id == last[0].leaf_id), -1)
    return sum(item.role == "user" for item in tail[since + 1 :]) >= EVERY


def _merged(cover: Cover, chosen: Options) -> tuple[Summary, list[str]] | None:
    """A row for those of the path that should be one, and their texts."""
    window = to_merge([row.level for row in cover.rows], chosen.marks)
    ids = [cover.rows[at].pk for at in window]
    sources = sorted(Summary.objects.filter(pk__in=ids), key=lambda row: ids.index(row.pk))
    by_id = Message.objects.in_bulk([id for row in sources for id in row.message_ids])
    messages = [by_id[id] for row in sources for id in row.message_ids]
    if not sources or any(
        row.digest != digest(by_id[id] for id in row.message_ids) for row in sources
    ):
        return None
    before = sum(tokens.of_text(row.text) for row in sources)
    row = _row(messages, chosen, before)
    row.level = 1 + max(row.level for row in sources)
    row.sources = ids
    return row, [row.text for row in sources]


def _row(messages: Sequence[Message], chosen: Options, tokens_before: int) -> Summary:
    first, last = messages[0], messages[-1]
    return Summary(
        conversation_id=first.conversation_id,
        before_id=first.parent_id,
        first=first,
        last=last,
        message_ids=[message.pk for message in messages],
        digest=digest(messages),
        model=chosen.model,
        prompt_version=prompt_version(chosen),
        tokens_before=tokens_before,
    )


def digest(messages: Iterable[Message]) -> str:
    """Of exactly these messages: who said what, in which order, under which ids."""
    said = [[str(m.pk), m.role, m.content, m.seams, m.stop_reason] for m in messages]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def keep(work: Work, answer: Answer, duration_ms: int = 0) -> Summary | None:
    """Make the row of an answer; None if it was overtaken by a correction meanwhile.

    Raises BadNotes, and NotThere for a conversation that is gone.
    """
    row = work.row
    text = checked(answer, row.tokens_before, work.cap)
    conversation = locked(work.conversation_id)
    _end(work, "")
    if Summary.objects.standing().filter(replaces__in=row.sources).exists():
        return None
    same = {
        name: getattr(row, name)
        for name in ("conversation_id", "digest", "level", "model", "prompt_version")
    }
    if found := Summary.objects.filter(**same, replaces=None).first():
        return found
    row.text = text
    row.tokens_after = tokens.of_text(text)
    row.cost = prices.cost(row.model, prices.tokens_of(answer.usage))
    row.duration_ms = duration_ms
    row.request_id = (answer.request_id or "")[:100]
    row.save(force_insert=True)
    announce_memory(conversation)
    return row


def note_failure(work: Work, why: str) -> None:
    _end(work, why or "failed")


def _end(work: Work, failure: str) -> None:
    Attempt.objects.filter(pk=work.attempt).update(ended_at=timezone.now(), failure=failure[:60])
