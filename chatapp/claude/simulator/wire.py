"""The bytes of the Messages API: messages, events, errors, headers."""

import json
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}

_LIMITS = {
    "requests": 1000,
    "tokens": 2_400_000,
    "input-tokens": 2_000_000,
    "output-tokens": 400_000,
}


@dataclass(slots=True)
class Answer:
    """A whole answer before it is sent; `blocks` are in their final form."""

    id: str
    model: str
    blocks: list[dict[str, Any]]
    stop_reason: str = "end_turn"
    stop_sequence: str | None = None
    stop_details: dict[str, Any] | None = None
    usage: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(b["text"] for b in self.blocks if b["type"] == "text")

    def as_message(self) -> dict[str, Any]:
        """The answer as the plain, unstreamed endpoint gives it."""
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": self.blocks,
            "stop_reason": self.stop_reason,
            "stop_sequence": self.stop_sequence,
            "stop_details": self.stop_details,
            "container": None,
            "diagnostics": None,
            "usage": self.usage,
        }

    def as_start(self) -> dict[str, Any]:
        """The message that `message_start` carries: empty, with the first usage."""
        usage = {**self.usage, "output_tokens": 1}
        usage.pop("output_tokens_details", None)
        blank: dict[str, Any] = {
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "stop_details": None,
        }
        return {**self.as_message(), **blank, "usage": usage}


def event(raw: dict[str, Any]) -> bytes:
    """One event: its name line, its data line, a blank line."""
    return b"event: %b\ndata: %b\n\n" % (
        str(raw["type"]).encode(),
        json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def delta(index: int, kind: str, name: str, text: str) -> bytes:
    """A `content_block_delta` of one string; written by hand because it is the hot one."""
    return (
        f'event: content_block_delta\ndata: {{"type":"content_block_delta","index":{index},'
        f'"delta":{{"type":"{kind}","{name}":{encode_basestring(text)}}}}}\n\n'
    ).encode()


def pieces(text: str, size: int, exact: bool) -> Iterator[str]:
    """Cut a text as tokens do: pieces of about `size` characters, or of exactly so many."""
    chance = random.Random(len(text))
    start = 0
    while start < len(text):
        step = size if exact else chance.randint(1, 2 * size - 1)
        yield text[start : start + step]
        start += step


def new_id(prefix: str) -> str:
    """An id such as `msg_01...`."""
    return prefix + "01" + "".join(random.choices(string.ascii_letters + string.digits, k=22))


def error_type(status: int) -> str:
    """The API's word for an HTTP status."""
    return ERROR_TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")


def error_body(kind: str, message: str, request_id: str, code: str | None = None) -> dict[str, Any]:
    """The body of an error answer and, without changes, of an `error` event."""
    error: dict[str, Any] = {"type": kind, "message": message}
    if code:
        error["details"] = {"error_code": code}
    return {"type": "error", "error": error, "request_id": request_id}


def answer_headers(request_id: str) -> dict[str, str]:
    """The headers of every answer that is no error."""
    headers = {"request-id": request_id, "anthropic-organization-id": "org_simulator"}
    for name, limit in _LIMITS.items():
        headers[f"anthropic-ratelimit-{name}-limit"] = str(limit)
        headers[f"anthropic-ratelimit-{name}-remaining"] = str(limit - 1)
        headers[f"anthropic-ratelimit-{name}-reset"] = "2026-11-20T12:00:00Z"
    return headers
