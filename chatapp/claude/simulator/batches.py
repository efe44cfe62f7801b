"""Message batches: what was asked together, when it is done, how each request ended.

Nothing works in the background: how a batch stands follows from the time of the look.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chatapp.claude.simulator.composer import compose
from chatapp.claude.simulator.directives import Directives
from chatapp.claude.simulator.validate import Refusal, bad_request
from chatapp.claude.simulator.wire import new_id

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_REQUESTS = 100_000
_NEVER = ("stream", "speed")
_OUTCOMES = ("processing", "succeeded", "errored", "canceled", "expired")


@dataclass(slots=True)
class Item:
    """One request of a batch. It is done at `done_at`, with `error` if that is not None."""

    custom_id: str
    params: dict[str, Any]
    asked: Directives
    done_at: float
    error: dict[str, Any] | None = None
    line: bytes = b""


@dataclass(slots=True)
class Batch:
    """A batch; times are seconds since 1970."""

    items: list[Item]
    created_at: float
    expires_at: float
    canceled_at: float | None = None
    id: str = field(default_factory=lambda: new_id("msgbatch_"))

    @property
    def ends_at(self) -> float:
        """When all is answered, or it is canceled, or its time is over."""
        ends = min(max(item.done_at for item in self.items), self.expires_at)
        return ends if self.canceled_at is None else min(ends, self.canceled_at)

    def as_dict(self, url: str, ended: bool) -> dict[str, Any]:
        """The batch as the API gives it; `url` is the base of `results_url`."""
        counts = dict.fromkeys(_OUTCOMES, 0)
        for item in self.items:
            counts[self._outcome(item) if ended else "processing"] += 1
        going = "in_progress" if self.canceled_at is None else "canceling"
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else going,
            "request_counts": counts,
            "created_at": _time(self.created_at),
            "expires_at": _time(self.expires_at),
            "ended_at": _time(self.ends_at if ended else None),
            "cancel_initiated_at": _time(self.canceled_at),
            "archived_at": None,
            "results_url": f"{url}/v1/messages/batches/{self.id}/results" if ended else None,
        }

    def line_of(self, item: Item) -> bytes:
        """The line of the results for one request; the same each time."""
        if not item.line:
            result = self._result(item)
            raw = {"custom_id": item.custom_id, "result": result}
            item.line = json.dumps(raw, ensure_ascii=False).encode() + b"\n"
        return item.line

    def _result(self, item: Item) -> dict[str, Any]:
        outcome = self._outcome(item)
        if outcome == "errored":
            return {"type": outcome, "error": item.error}
        if outcome != "succeeded":
            return {"type": outcome}
        message = compose(item.params, item.asked).as_message()
        message["usage"] = {**message["usage"], "service_tier": "batch"}
        return {"type": outcome, "message": message}

    def _outcome(self, item: Item) -> str:
        if item.done_at <= self.ends_at:
            return "errored" if item.error else "succeeded"
        return "expired" if self.canceled_at is None else "canceled"


def bad_batch(body: Any) -> Refusal | None:
    """What is wrong with a batch as a whole, the first finding only."""
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        return Refusal(400, "requests: at least one request is required")
    if len(requests) > _MOST_REQUESTS:
        return Refusal(400, f"requests: at most {_MOST_REQUESTS} requests are allowed")
    seen: set[str] = set()
    for index, raw in enumerate(requests):
        id = raw.get("custom_id") if isinstance(raw, dict) else None
        if not isinstance(id, str) or not _ID.fullmatch(id):
            return Refusal(400, f"requests.{index}.custom_id: must match {_ID.pattern}")
        if id in seen:
            return Refusal(400, f"requests.{index}.custom_id: {id} is not unique")
        if not isinstance(raw.get("params"), dict):
            return Refusal(400, f"requests.{index}.params: Field required")
        seen.add(id)
    return None


def bad_params(params: dict[str, Any], version: str) -> Refusal | None:
    """What is wrong with one request of a batch, which only its result will tell."""
    for name in _NEVER:
        if params.get(name):
            return Refusal(400, f"{name}: not supported in a batch")
    if params.get("max_tokens") == 0:
        return Refusal(400, "max_tokens: must be at least 1 in a batch")
    return bad_request(params, version)


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
