"""The course of one streamed answer: waits, frames and faults, one after another."""

import json
import random
import time
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple, TypeAlias

from chatapp.claude.simulator.directives import Directives
from chatapp.claude.simulator.pace import Pace
from chatapp.claude.simulator.wire import Answer, delta, error_body, event, pieces


class Wait(NamedTuple):
    seconds: float


class Frame(NamedTuple):
    """Bytes to write; `text` is the visible text in them."""

    data: bytes
    text: str = ""


class Cut(NamedTuple):
    """The connection breaks here, without a last chunk."""


Step: TypeAlias = Wait | Frame | Cut


def pace_of(pace: Pace, asked: Directives) -> Pace:
    """The pace after the directives had their say."""
    return Pace(
        first=pace.first if asked.first is None else asked.first,
        speed=pace.speed if asked.speed is None else asked.speed,
        chars=asked.delta or pace.chars,
        jitter=0.0 if asked.stamp else pace.jitter,
    )


def course_of(answer: Answer, asked: Directives, pace: Pace, request_id: str) -> Iterator[Step]:
    """Everything that happens after the headers. A frame is made when it is due."""
    course = _course(answer, asked, pace_of(pace, asked), request_id)
    return map(_with_crlf, course) if asked.crlf else course


def start_of(course: Iterator[Step]) -> bytes:
    """The first frame, taken off its course."""
    first = next(course)
    return first.data if isinstance(first, Frame) else b""


def _with_crlf(step: Step) -> Step:
    return Frame(step.data.replace(b"\n", b"\r\n"), step.text) if isinstance(step, Frame) else step


def _course(answer: Answer, asked: Directives, pace: Pace, request_id: str) -> Iterator[Step]:
    yield Frame(event({"type": "message_start", "message": answer.as_start()}))
    yield Frame(event({"type": "ping"}))
    if asked.unknown_events:
        yield Frame(event({"type": "moon_phase", "phase": {"name": "waxing"}}))
        yield Frame(b": a comment\nid: 7\nretry: 10\n\n")
    if pace.first:
        yield Wait(pace.first)
    last = max((at for at, b in enumerate(answer.blocks) if b["type"] == "text"), default=-1)
    for index, block in enumerate(answer.blocks):
        if block["type"].startswith("web_") and pace.first:
            yield Wait(pace.first)
        # What shall go wrong does so in the last text, not where a source is named.
        done = yield from _block(
            index, block, asked if index == last else asked.without_faults(), pace, request_id
        )
        if done:
            return
    yield Frame(event(_message_delta(answer)))
    if not asked.no_stop:
        yield Frame(event({"type": "message_stop"}))


def _message_delta(answer: Answer) -> dict[str, Any]:
    totals = {k: v for k, v in answer.usage.items() if k not in ("cache_creation", "service_tier")}
    return {
        "type": "message_delta",
        "delta": {
            "stop_reason": answer.stop_reason,
            "stop_sequence": answer.stop_sequence,
            "stop_details": answer.stop_details,
            "container": None,
        },
        "usage": totals,
    }


def _block(
    index: int, block: dict[str, Any], asked: Directives, pace: Pace, request_id: str
) -> Generator[Step, None, bool]:
    """One block; returns True when a fault ended the stream inside it."""
    kind = block["type"]
    blank = _BLANKS.get(kind)
    start = {**block, **blank} if blank is not None else block
    if start.get("citations"):
        start = {**start, "citations": []}
    yield Frame(event({"type": "content_block_start", "index": index, "content_block": start}))
    if kind == "text":
        done = yield from _text(index, block, asked, pace, request_id)
        if done:
            return True
    elif kind == "thinking":
        for piece in pieces(block["thinking"], pace.chars, exact=False):
            yield Frame(delta(index, "thinking_delta", "thinking", piece))
            yield from _interval(pace)
        signature = {"type": "signature_delta", "signature": block["signature"]}
        yield Frame(event({"type": "content_block_delta", "index": index, "delta": signature}))
    elif kind in ("tool_use", "server_tool_use"):
        yield Frame(delta(index, "input_json_delta", "partial_json", ""))
        for piece in pieces(_input_json(block), pace.chars, exact=False):
            yield Frame(delta(index, "input_json_delta", "partial_json", piece))
            yield from _interval(pace)
    yield Frame(event({"type": "content_block_stop", "index": index}))
    return False


_BLANKS: dict[str, dict[str, Any]] = {
    "text": {"text": ""},
    "thinking": {"thinking": "", "signature": ""},
    "tool_use": {"input": {}},
    "server_tool_use": {"input": {}},
}


def _input_json(block: dict[str, Any]) -> str:
    # Escapes on purpose: fragments then split them, as the real thing does.
    return json.dumps(block["input"]) if block["input"] else ""


def _text(
    index: int, block: dict[str, Any], asked: Directives, pace: Pace, request_id: str
) -> Generator[Step, None, bool]:
    count = 0
    for piece in pieces(block["text"], pace.chars, exact=asked.delta is not None):
        if (fault := _fault(count, asked, request_id)) is not None:
            yield fault
            return True
        if count == asked.stall_after:
            yield Wait(asked.stall_for)
        if asked.unknown_events and count == 3:
            yield from _unknown_deltas(index)
        text = f"{time.monotonic():.6f}\n" if asked.stamp else piece
        yield Frame(delta(index, "text_delta", "text", text), text)
        count += 1
        yield from _interval(pace)
    # A fault set beyond the end of a short answer strikes at its end.
    asked.cut_after = count if asked.cut_after is not None else None
    asked.error_after = count
    if (fault := _fault(count, asked, request_id)) is not None:
        yield fault
        return True
    for citation in block.get("citations") or ():
        raw = {"type": "citations_delta", "citation": citation}
        yield Frame(event({"type": "content_block_delta", "index": index, "delta": raw}))
    return False


def _fault(count: int, asked: Directives, request_id: str) -> Step | None:
    if count == asked.cut_after:
        return Cut()
    if asked.error_mid and count == asked.error_after:
        return Frame(event(error_body(asked.error_mid, asked.error_mid, request_id)))
    return None


def _unknown_deltas(index: int) -> Iterator[Step]:
    raw = {"type": "hologram_delta", "hologram": [1, 2, 3]}
    yield Frame(event({"type": "content_block_delta", "index": index, "delta": raw}))
    yield Frame(event({"type": "ping", "extra": {"unheard": "of"}}))


def _interval(pace: Pace) -> Iterator[Step]:
    if pace.speed > 0:
        swing = pace.jitter * (2 * random.random() - 1) if pace.jitter else 0.0
        yield Wait((1 + swing) / pace.speed)
