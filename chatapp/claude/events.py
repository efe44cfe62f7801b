"""What a stream tells, one small class an event.

A stream makes thousands of these a second, so they are plain slotted dataclasses
without checks. Names and fields follow the wire; see `message.py` for who makes them.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(slots=True)
class MessageStart:
    """The answer began; `message` is the raw message, still empty."""

    message: dict[str, Any]


@dataclass(slots=True)
class BlockStart:
    index: int
    block: dict[str, Any]


@dataclass(slots=True)
class TextDelta:
    index: int
    text: str


@dataclass(slots=True)
class ThinkingDelta:
    index: int
    text: str


@dataclass(slots=True)
class SignatureDelta:
    index: int
    signature: str


@dataclass(slots=True)
class InputJsonDelta:
    """A fragment of a tool's input; may be empty, may split an escape."""

    index: int
    partial_json: str


@dataclass(slots=True)
class CitationsDelta:
    index: int
    citation: dict[str, Any]


@dataclass(slots=True)
class UnknownDelta:
    """A delta of a type that this client does not know; nothing was applied."""

    index: int
    delta: dict[str, Any]


@dataclass(slots=True)
class BlockStop:
    """A block is whole; `block` is its final form."""

    index: int
    block: dict[str, Any]


@dataclass(slots=True)
class MessageDelta:
    """The stop reason, and the usage so far (totals, not differences)."""

    stop_reason: str | None
    usage: dict[str, Any]


@dataclass(slots=True)
class MessageStop:
    """The only proof that the message is complete."""


@dataclass(slots=True)
class Ping:
    """A sign of life."""


@dataclass(slots=True)
class Unknown:
    """An event of a type that this client does not know."""

    type: str
    raw: Any


Event: TypeAlias = (
    MessageStart
    | BlockStart
    | TextDelta
    | ThinkingDelta
    | SignatureDelta
    | InputJsonDelta
    | CitationsDelta
    | UnknownDelta
    | BlockStop
    | MessageDelta
    | MessageStop
    | Ping
    | Unknown
)
