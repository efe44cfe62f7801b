"""The answer as it is put together from events.

`Message` is what came so far; `Assembler` turns the raw events into typed ones and
applies each to it. Blocks stay raw dictionaries, because they must go back to the API
exactly as they came: thinking, signatures and types of which we know nothing included.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chatapp.claude.errors import error_from_event
from chatapp.claude.events import (
    BlockStart,
    BlockStop,
    CitationsDelta,
    Event,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    Unknown,
    UnknownDelta,
)
from chatapp.claude.halves import is_whole, mend

Raw = dict[str, Any]


@dataclass(slots=True)
class Message:
    """One answer of Claude; `stop_reason` is None until the API has said it.

    `usage` holds the API's numbers as they are (see claude-api, usage fields).
    `broken_inputs` keeps, by block index, tool input that was no whole JSON object:
    such a block has `{}` for input and must not be run. `retries` counts the tries that
    failed before the one that brought a plain answer.
    """

    id: str = ""
    model: str = ""
    content: list[Raw] = field(default_factory=list)
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: Raw | None = None
    usage: Raw = field(default_factory=dict)
    request_id: str | None = None
    retries: int = 0
    broken_inputs: dict[int, str] = field(default_factory=dict)
    extra: Raw = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text blocks joined; thinking and tools left out."""
        return "".join(b.get("text") or "" for b in self.content if b.get("type") == "text")

    def begin(self, raw: Mapping[str, Any]) -> None:
        """Take over everything from a raw message of the API."""
        rest = dict(raw)
        self.id = str(rest.pop("id", ""))
        self.model = str(rest.pop("model", ""))
        self.content = list(rest.pop("content", None) or [])
        self.stop_reason = rest.pop("stop_reason", None)
        self.stop_sequence = rest.pop("stop_sequence", None)
        self.stop_details = rest.pop("stop_details", None)
        self.usage = dict(rest.pop("usage", None) or {})
        self.extra = rest


class Assembler:
    """Applies raw events to one message, in order.

    Deltas are gathered in lists and joined when a block ends or the message is asked
    for: appending to a growing string would cost the square of its length.
    """

    __slots__ = ("_blocks", "_halves", "_parts", "_take", "_take_delta", "complete", "message")

    def __init__(self, request_id: str | None = None) -> None:
        self.message = Message(request_id=request_id)
        self.complete = False
        self._blocks: dict[int, Raw] = {}
        self._halves: dict[int, str] = {}
        # For each open block its growing string field and the pieces since the last join.
        self._parts: dict[tuple[int, str], list[str]] = {}
        self._take: Mapping[str, Callable[[Raw], Event]] = {
            "content_block_delta": self._delta,
            "content_block_start": self._block_start,
            "content_block_stop": self._block_stop,
            "message_start": self._message_start,
            "message_delta": self._message_delta,
            "message_stop": self._message_stop,
            "ping": lambda raw: Ping(),
        }
        self._take_delta: Mapping[str, Callable[[int, Raw], Event]] = {
            "text_delta": self._text,
            "thinking_delta": self._thinking,
            "input_json_delta": self._input_json,
            "signature_delta": self._signature,
            "citations_delta": self._citation,
            "compaction_delta": self._compaction,
        }

    def take(self, raw: Any) -> Event:
        """The typed event for one raw event, after it was applied.

        Raises the matching `ClaudeError` for an `error` event. Whatever has an unknown
        type or lacks a field comes back as `Unknown` or `UnknownDelta`.
        """
        kind = raw.get("type") if isinstance(raw, dict) else None
        if kind == "error":
            raise error_from_event(raw, self.message.request_id)
        take = self._take.get(kind) if isinstance(kind, str) else None
        if take is None:
            return Unknown(str(kind or ""), raw)
        try:
            return take(raw)
        except (KeyError, TypeError, AttributeError):
            return Unknown(str(kind), raw)

    def join(self) -> Message:
        """The message with all text that has come so far."""
        for (index, name), parts in self._parts.items():
            if name != "partial_json" and parts:
                block = self._blocks[index]
                block[name] = (block.get(name) or "") + "".join(parts)
                parts.clear()
        return self.message

    def _message_start(self, raw: Raw) -> Event:
        self.message.begin(raw["message"])
        return MessageStart(raw["message"])

    def _block_start(self, raw: Raw) -> Event:
        index = raw["index"]
        block = dict(raw["content_block"])
        self._blocks[index] = block
        self.message.content.append(block)
        return BlockStart(index, dict(block))

    def _delta(self, raw: Raw) -> Event:
        index, delta = raw["index"], raw["delta"]
        take = self._take_delta.get(delta.get("type"))
        if take is None or index not in self._blocks:
            return UnknownDelta(index, delta)
        return take(index, delta)

    def _text(self, index: int, delta: Raw) -> Event:
        text = self._whole(index, delta["text"])
        self._append(index, "text", text)
        return TextDelta(index, text)

    def _thinking(self, index: int, delta: Raw) -> Event:
        text = self._whole(index, delta["thinking"])
        self._append(index, "thinking", text)
        return ThinkingDelta(index, text)

    def _input_json(self, index: int, delta: Raw) -> Event:
        text = delta["partial_json"]
        self._append(index, "partial_json", text)
        return InputJsonDelta(index, text)

    def _whole(self, index: int, text: str) -> str:
        if not self._halves and is_whole(text):
            return text
        # A half that never gets its other one is left out: it was not shown either.
        text, self._halves[index] = mend(self._halves.pop(index, "") + text)
        if not self._halves[index]:
            del self._halves[index]
        return text

    def _append(self, index: int, name: str, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(name)
        parts = self._parts.get((index, name))
        if parts is None:
            parts = self._parts[index, name] = []
        parts.append(text)

    def _signature(self, index: int, delta: Raw) -> Event:
        # Set, not added to: the wire sends it whole.
        self._blocks[index]["signature"] = delta["signature"]
        return SignatureDelta(index, delta["signature"])

    def _citation(self, index: int, delta: Raw) -> Event:
        block = self._blocks[index]
        block["citations"] = [*(block.get("citations") or ()), delta["citation"]]
        return CitationsDelta(index, delta["citation"])

    def _compaction(self, index: int, delta: Raw) -> Event:
        fields = {name: value for name, value in delta.items() if name != "type"}
        self._blocks[index].update(fields)
        return UnknownDelta(index, delta)

    def _block_stop(self, raw: Raw) -> Event:
        index = raw["index"]
        self.join()
        block = self._blocks[index]
        pieces = self._parts.pop((index, "partial_json"), None)
        if pieces is not None:
            self._set_input(index, block, "".join(pieces))
        return BlockStop(index, block)

    def _set_input(self, index: int, block: Raw, text: str) -> None:
        try:
            value = json.loads(text) if text else {}
        except ValueError:
            value = None
        if isinstance(value, dict):
            block["input"] = value
        else:
            self.message.broken_inputs[index] = text

    def _message_delta(self, raw: Raw) -> Event:
        message, delta = self.message, raw["delta"]
        for name, value in delta.items():
            if name in ("stop_reason", "stop_sequence", "stop_details"):
                setattr(message, name, value)
            else:
                message.extra[name] = value
        # Totals so far: they replace what was said before; what is absent stays.
        usage = raw.get("usage") or {}
        message.usage.update({k: v for k, v in usage.items() if v is not None})
        return MessageDelta(message.stop_reason, message.usage)

    def _message_stop(self, raw: Raw) -> Event:
        self.join()
        self.complete = True
        return MessageStop()
