"""Directives such as `[[sim: cut after 30]]`: found in a text, read into `Directives`."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_DIRECTIVE = re.compile(r"\[\[sim:\s*([a-z0-9-]+)[ \t]?(.*?)\]\](?!\])", re.DOTALL)


@dataclass(slots=True)
class Directives:
    """What was asked of the simulator; None and False mean its usual behaviour.

    The `after` numbers count text deltas; `slow_start`, `batch_delay`, `first` and
    `stall_for` are seconds.
    """

    text: str | None = None
    giant: int | None = None
    hostile: bool = False
    speed: float | None = None
    delta: int | None = None
    first: float | None = None
    slow_start: float = 0.0
    batch_delay: float | None = None
    stamp: bool = False
    error: int | None = None
    error_times: int | None = None
    error_code: str | None = None
    error_type: str | None = None
    retry_after: str | None = None
    error_mid: str | None = None
    error_after: int = 0
    cut_after: int | None = None
    stall_after: int | None = None
    stall_for: float = 0.0
    stop: str | None = None
    refusal: bool = False
    thinking: str | None = None
    thinking_off: bool = False
    tools: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tools_again: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    searches: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    search_error: str | None = None
    pauses: bool = False
    redacted: bool = False
    no_stop: bool = False
    not_sse: bool = False
    unknown_events: bool = False
    crlf: bool = False

    def without_faults(self) -> "Directives":
        """The same, with nothing going wrong in the middle of a block."""
        return replace(self, cut_after=None, error_mid=None, stall_after=None)


class BadDirective(ValueError):
    """A directive that cannot be read; its text says which."""


def read(text: str, into: Directives | None = None) -> Directives:
    """All directives in a text, laid over those already known. Raises `BadDirective`."""
    found = into or Directives()
    for name, rest in _DIRECTIVE.findall(text):
        reader = _READERS.get(name)
        if reader is None:
            raise BadDirective(f"unknown directive: {name}")
        try:
            reader(found, rest)
        except (ValueError, IndexError) as error:
            raise BadDirective(f"cannot read [[sim: {name} {rest}]]: {error}") from error
    return found


def without(text: str) -> str:
    """The text with its directives taken out."""
    return _DIRECTIVE.sub("", text).strip()


def _set(name: str, kind: Callable[[str], Any] = str) -> Callable[[Directives, str], None]:
    def reader(found: Directives, rest: str) -> None:
        setattr(found, name, kind(rest))

    return reader


def _flag(name: str) -> Callable[[Directives, str], None]:
    return _set(name, lambda rest: True)


def _text64(found: Directives, rest: str) -> None:
    found.text = base64.b64decode(rest, validate=False).decode()


def _error(found: Directives, rest: str) -> None:
    words = rest.split()
    found.error = int(words[0])
    found.error_times = int(words[words.index("times") + 1]) if "times" in words else None


def _error_mid(found: Directives, rest: str) -> None:
    words = rest.split()
    found.error_mid = words[0]
    found.error_after = int(words[2]) if len(words) > 2 else 0


def _cut(found: Directives, rest: str) -> None:
    found.cut_after = int(rest.split()[-1])


def _stall(found: Directives, rest: str) -> None:
    _, after, _, seconds = rest.split()
    found.stall_after, found.stall_for = int(after), float(seconds)


def _thinking(found: Directives, rest: str) -> None:
    found.thinking_off = rest.strip() == "off"
    found.thinking = None if found.thinking_off else rest


def _tool(field: str) -> Callable[[Directives, str], None]:
    def reader(found: Directives, rest: str) -> None:
        name, _, given = rest.strip().partition(" ")
        getattr(found, field).append((name, json.loads(given or "{}")))

    return reader


def _search(name: str, given: str) -> Callable[[Directives, str], None]:
    return lambda found, rest: found.searches.append((name, {given: rest.strip()}))


_READERS: Mapping[str, Callable[[Directives, str], None]] = {
    "text": _set("text"),
    "text64": _text64,
    "giant": _set("giant", int),
    "hostile": _flag("hostile"),
    "speed": _set("speed", float),
    "delta": _set("delta", int),
    "first": _set("first", float),
    "slow-start": _set("slow_start", float),
    "batch-delay": _set("batch_delay", float),
    "stamp": _flag("stamp"),
    "error": _error,
    "error-code": _set("error_code"),
    "error-type": _set("error_type"),
    "retry-after": _set("retry_after"),
    "error-mid": _error_mid,
    "cut": _cut,
    "stall": _stall,
    "stop": _set("stop"),
    "refusal": _flag("refusal"),
    "thinking": _thinking,
    "tool": _tool("tools"),
    "tool-again": _tool("tools_again"),
    "search": _search("web_search", "query"),
    "fetch": _search("web_fetch", "url"),
    "search-error": _set("search_error"),
    "pause": _flag("pauses"),
    "redacted": _flag("redacted"),
    "no-stop": _flag("no_stop"),
    "not-sse": _flag("not_sse"),
    "unknown-events": _flag("unknown_events"),
    "crlf": _flag("crlf"),
}
