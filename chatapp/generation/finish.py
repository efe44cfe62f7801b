"""Giving runs their one terminal state, and their messages all that was written."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatapp.context.actions import compact_later
from chatapp.conversations.actions import announce
from chatapp.conversations.bulk import update_all
from chatapp.conversations.flags import flag_all, leave_unchecked
from chatapp.conversations.models import Conversation, Flag, Message
from chatapp.generation.log import hold_lease
from chatapp.generation.models import Chunk, Run
from chatapp.generation.tasks import make_title
from chatapp.generation.turns import next_turns
from chatapp.usage.ledger import LOST, Outcome, settle
from chatapp.usage.models import Call

CUT = {"max_tokens", "answer_too_long", "model_context_window_exceeded"}


@dataclass(frozen=True)
class Ending:
    run: uuid.UUID
    state: str
    content: list[dict[str, Any]] = field(default_factory=list)
    thinking_ms: dict[int, int] = field(default_factory=dict)  # by the index in `content`
    stop_reason: str = ""
    error_type: str = ""
    error_sentence: str = ""
    request_id: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None  # of its call to Claude; None if nobody can tell
    is_long: bool = False  # older messages should become notes


@transaction.atomic
def finish(endings: Sequence[Ending], held_by: uuid.UUID | None = None) -> list[Run]:
    """End those of the runs that are still live; answer them.

    With `held_by`, only while that runner has its lease; else raises LeaseLost.
    All at once, since many answers may end in one tick. Conversations are locked
    first and in order, as everywhere, so nobody waits in a circle.
    """
    if held_by:
        hold_lease(held_by)
    by_run = {ending.run: ending for ending in endings}
    ids = Run.objects.filter(pk__in=by_run).values("conversation")
    conversations = {
        row.pk: row
        for row in Conversation.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    runs = list(
        Run.objects.select_for_update(of=("self", "message"))
        .select_related("message")
        .filter(pk__in=by_run, finished_at=None)
        .order_by("pk")
    )
    for run in runs:
        _end(run, by_run[run.pk], conversations[run.conversation_id])
    _settle(runs, by_run)
    _save(runs, conversations)
    _tell_review([run for run in runs if not conversations[run.conversation_id].is_trial])
    for run in runs:
        if run.state == Run.State.DONE and run.message.parent_id and _is_first(run):
            make_title.defer(conversation_id=str(run.conversation_id))
        if by_run[run.pk].is_long:
            compact_later(run.conversation_id)
    next_turns(conversations[run.conversation_id] for run in runs)
    return runs


def _end(run: Run, ending: Ending, conversation: Conversation) -> None:
    message = run.message
    before = len(message.content)
    message.content = [*message.content, *ending.content]
    times = {str(before + at): ms for at, ms in ending.thinking_ms.items()}
    message.thinking_ms = message.thinking_ms | times
    message.text = plain_text(message.content)
    message.status = Message.Status(ending.state)
    message.stop_reason = ending.stop_reason[:40]
    message.revision = announce(conversation)
    run.state = ending.state
    run.finished_at = timezone.now()
    run.error_type = ending.error_type[:60]
    run.error_sentence = ending.error_sentence
    run.request_id = ending.request_id[:100]
    run.usage = ending.usage


def _save(runs: list[Run], conversations: dict[uuid.UUID, Conversation]) -> None:
    update_all(
        [run.message for run in runs],
        *("content", "thinking_ms", "text", "status", "stop_reason", "revision"),
    )
    update_all(
        runs, "state", "finished_at", "error_type", "error_sentence", "request_id", "usage", "call"
    )
    update_all(list(conversations.values()), "revision")
    # The message holds every word now; the log of a finished run says nothing more.
    Chunk.objects.filter(run__in=runs)._raw_delete(Chunk.objects.db)


def _settle(runs: list[Run], by_run: dict[uuid.UUID, Ending]) -> None:
    """Account for the runs' calls; those of a process that died, by estimate."""
    known = {run.pk: told for run in runs if (told := by_run[run.pk].outcome)}
    outcomes = list(known.values())
    calls = {run: outcome.call for run, outcome in known.items()}
    untold = [run.pk for run in runs if run.pk not in known]
    if untold:
        for call in Call.objects.filter(run__in=untold).order_by("opened_at"):
            assert call.run
            written = len(_last_words(by_run[call.run].content))
            calls[call.run] = call.pk
            # Of a round whose end was told already, this changes nothing.
            outcomes.append(Outcome(call.pk, error_type=LOST, text_length=written))
    settle(outcomes)
    for run in runs:
        run.call_id = calls.get(run.pk)


def _last_words(content: Sequence[dict[str, Any]]) -> str:
    """What was written after the last tool was run, in the call that nobody settled."""
    kinds = [block.get("type") for block in content]
    last = len(kinds) - kinds[::-1].index("tool_result") if "tool_result" in kinds else 0
    return plain_text(content[last:])


def _tell_review(runs: list[Run]) -> None:
    """Flag what went wrong, and leave the rest to the rules of the support room."""
    flag_all(
        Flag(conversation_id=run.conversation_id, message=run.message, kind=kind)
        for run in runs
        if (kind := _fault(run))
    )
    leave_unchecked(run.message for run in runs)


def _fault(run: Run) -> str:
    if run.state == Run.State.FAILED:
        return Flag.Kind.FAILED
    if run.message.stop_reason == "refusal":
        return Flag.Kind.REFUSED
    return Flag.Kind.LIMIT if run.message.stop_reason in CUT else ""


def _is_first(run: Run) -> bool:
    """Whether this answers the first question of its conversation."""
    return Message.objects.filter(children=run.message_id, parent=None).exists()


def plain_text(content: Sequence[dict[str, Any]]) -> str:
    """Its words; what was said before a tool was run is a paragraph of its own."""
    rounds = [""]
    for block in content:
        if block.get("type") == "text":
            rounds[-1] += block["text"]
        elif "tool_use_id" in block:
            rounds.append("")
    return "\n\n".join(filter(None, rounds))
