"""What is asked of Claude, and how to reach it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_COUNTED = frozenset(
    ("model", "messages", "system", "thinking", "tools", "tool_choice", "output_config")
)


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the Messages API.

    Fields left at None are not sent. `extra` holds any other body field (it wins over
    the others), `betas` go into the `anthropic-beta` header. There are no sampling
    parameters: the API refuses them since version 2026-10-21.
    """

    model: str
    messages: list[dict[str, Any]]
    max_tokens: int
    system: list[dict[str, Any]] | str | None = None
    thinking: dict[str, Any] | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: dict[str, Any] | None = None
    output_config: dict[str, Any] | None = None
    stop_sequences: list[str] | None = None
    cache_control: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    betas: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def body(self, stream: bool) -> dict[str, Any]:
        """The JSON body, as it goes over the wire."""
        optional = {
            "system": self.system,
            "thinking": self.thinking,
            "tools": self.tools,
            "tool_choice": self.tool_choice,
            "output_config": self.output_config,
            "stop_sequences": self.stop_sequences,
            "cache_control": self.cache_control,
            "metadata": self.metadata,
        }
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self.max_tokens,
            **{name: value for name, value in optional.items() if value is not None},
            "messages": self.messages,
            **self.extra,
        }
        if stream:
            body["stream"] = True
        return body

    def counted_body(self) -> dict[str, Any]:
        """The part of the body that token counting takes: it refuses the server's own tools."""
        body = {name: value for name, value in self.body(False).items() if name in _COUNTED}
        tools = [tool for tool in body.pop("tools", ()) if "input_schema" in tool]
        if not tools:
            body.pop("tool_choice", None)
        return {**body, "tools": tools} if tools else body


@dataclass(frozen=True, slots=True)
class Config:
    """How to reach the API. Times are seconds.

    `read_timeout` is the longest silence between two reads of a stream; the API's pings
    keep a thinking model inside it. `deadline` bounds a whole call with its retries.
    `read_pause` lets deltas gather between two reads, which saves wake-ups under load.
    Raises `ValueError` for a key that cannot be a header (the message does not show it)
    and for a base URL that is none.
    """

    api_key: str = field(repr=False)
    base_url: str = "https://api.anthropic.com"
    version: str = "2026-10-21"
    connect_timeout: float = 5.0
    read_timeout: float = 90.0
    max_connections: int = 1000
    max_retries: int = 2
    deadline: float = 600.0
    read_pause: float = 0.0

    def __post_init__(self) -> None:
        if not _can_be_header(self.api_key):
            raise ValueError("the API key must be printable ASCII without spaces")
        if not self.base_url.lower().startswith(("http://", "https://")):
            raise ValueError("the base URL must begin with http:// or https://")


def _can_be_header(key: str) -> bool:
    return bool(key) and key.isascii() and key.isprintable() and " " not in key


def encode(body: Mapping[str, Any]) -> bytes:
    """The bytes of a JSON body, as they go over the wire."""
    # A lone surrogate has no UTF-8; it becomes a question mark rather than an error.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
