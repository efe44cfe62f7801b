"""Deliberate mistakes in the planner, each of which the checker of the fuzz must see."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.context import cover, notes, pieces, plan, policy, work
from chatapp.context.cover import Cover
from chatapp.context.models import Summary
from chatapp.context.pieces import Piece
from chatapp.context.plan import Plan
from chatapp.context.policy import Item
from chatapp.conversations.models import Message
from tests.context.fuzz import faults_of_worlds

REQUESTS = 600  # within which each mistake must be seen
Swap = tuple[Any, str, Any]  # a module, the name of a function, and what takes its place
real_read, real_plan, real_fitted = plan.read, plan.plan, plan._fitted
real_of_row, real_of, real_pieces = notes.of_row, pieces._of, plan.pieces
real_marked, real_fit, real_sets = plan._marked, plan.fit, pieces._with_whole_tool_sets
clock = count()


def every_user_item(tail: Sequence[Item]) -> Iterator[int]:
    return (at for at, item in enumerate(tail) if item.role == "user")


def tail_from(first: int) -> Callable[..., Cover]:
    def read(*path: Any) -> Cover:
        found = real_read(*path)
        return replace(found, tail=found.tail[first:]) if found.rows else found

    return read


def tail_with_its_summary(*path: Any) -> Cover:
    """One message both in the notes and in the tail."""
    found = real_read(*path)
    return replace(found, tail=[found.rows[-1].last, *found.tail]) if found.rows else found


def rows_of_any_branch(conversation_id: Any, leaf_id: Any) -> Cover:
    found = real_read(conversation_id, leaf_id)
    rows = Summary.objects.filter(conversation=conversation_id, level=0).order_by("created_at")
    return replace(found, rows=list(rows)) if found.rows else found


def summary_in_system(*arguments: Any) -> Plan:
    made = real_plan(*arguments)
    notes = [b["text"] for b in made.request.messages[0]["content"] if "<notes>" in b["text"]]
    system = "\n".join([str(made.request.system or ""), *notes]) if notes else made.request.system
    return replace(made, request=replace(made.request, system=system))


def without_newest(path: Any, continued: Any = None) -> list[Piece]:
    found = real_pieces(path, continued)
    return found[:-1] if len(found) > 1 else found


def row_with(text: Callable[[], str]) -> Callable[..., dict[str, Any]]:
    def of_row(words: str, kept: Any = ()) -> dict[str, Any]:
        return real_of_row(f"{words} {text()}", kept)

    return of_row


def without_marker(*arguments: Any) -> tuple[list[Piece], int]:
    head, cut = real_fitted(*arguments)
    return [piece for piece in head if piece.kind != "omission"], cut


def also_refusals(message: Any, is_continued: bool) -> Iterator[Piece]:
    message.stop_reason = ""
    return real_of(message, is_continued)


def all_marked(head: list[Piece], minimum: int) -> list[Piece]:
    return [replace(p, block={**p.block, "cache_control": plan.EPHEMERAL}) for p in head]


def without_last_call(found: list[Piece]) -> list[Piece]:
    """A parallel set that lost one of its calls."""
    kept = real_sets(found)
    calls = [at for at, piece in enumerate(kept) if piece.type == "tool_use"]
    return [piece for at, piece in enumerate(kept) if at not in calls[-1:]]


def bettered(path: Any, continued: Any = None) -> list[Piece]:
    return [
        replace(p, block={**p.block, "text": notes.without_brackets(p.block["text"])})
        if p.type == "text"
        else p
        for p in real_pieces(path, continued)
    ]


def no_images(path: Any, continued: Any = None) -> list[Piece]:
    return [piece for piece in real_pieces(path, continued) if piece.type != "image"]


MUTANTS: dict[str, Swap] = {
    "a cut inside a tool loop": (policy, "turn_starts", every_user_item),
    "coverage is one message short": (plan, "read", tail_from(1)),
    "the last covered message is sent, too": (plan, "read", tail_with_its_summary),
    "notes of another branch": (plan, "read", rows_of_any_branch),
    "notes in the system prompt": (plan, "plan", summary_in_system),
    "a clock in the prefix": (notes, "of_row", row_with(lambda: f"at {next(clock)}")),
    "a count in the prefix": (notes, "of_row", row_with(lambda: f"of {Message.objects.count()}")),
    "the newest message is lost": (plan, "pieces", without_newest),
    "a fence in the notes is left as it is": (notes, "without_brackets", str),
    "a fence in a quote is left as it is": (notes, "without_own_tags", str),
    "thinking of finished turns": (pieces, "_without_old_thinking", list),
    "thinking is lost in an open loop": (pieces, "_sendable", lambda b, _: _unthinking(b)),
    "calls without results": (pieces, "_with_whole_tool_sets", list),
    "a parallel set loses a call": (pieces, "_with_whole_tool_sets", without_last_call),
    "roles do not alternate": (plan, "in_turns", lambda found: [[piece] for piece in found]),
    "empty blocks are sent": (pieces, "is_blank", lambda block: False),
    "left out in the middle of a turn": (plan, "fit", lambda *a: real_fit(*a) + 1),
    "nothing is ever left out": (plan, "fit", lambda *a: 0),
    "left out without a marker": (plan, "_fitted", without_marker),
    "a refusal is sent": (pieces, "_of", also_refusals),
    "a breakpoint on all notes": (plan, "_marked", all_marked),
    "words of the tail are bettered": (plan, "pieces", bettered),
    "images are forgotten": (plan, "pieces", no_images),
    "protected messages are forgotten": (cover, "_kept", lambda *a: {}),
    "a digest of nothing": (work, "digest", lambda messages: "0" * 64),
    "withdrawn notes are used": (
        cover,
        "ROWS",
        cover.ROWS.replace("AND s.withdrawn_at IS NULL", ""),
    ),
    "the room for the answer is forgotten": (plan, "MARGIN", -0.5),
}


def _unthinking(block: dict[str, Any]) -> dict[str, Any] | None:
    return None if block["type"] == "thinking" else dict(block)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mistake_of_the_planner_is_seen(
    mutant: str, ada: User, small_marks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*MUTANTS[mutant])
    fault = next(faults_of_worlds(ada, REQUESTS), None)
    print(f"{mutant}: {fault}")
    assert fault, f"{mutant}: not seen in {REQUESTS} requests"
