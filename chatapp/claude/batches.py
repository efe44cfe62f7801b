"""Message batches: many requests at half the price, answered within a day.

A batch is created, looked at now and then until it has ended, and its results are read
as lines, in no order. Sources: the provider's batch page and the SDK's source (2.11.0).
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from chatapp.claude.calls import Calls
from chatapp.claude.errors import ClaudeError, NotAStream, StreamCut, error_from_event
from chatapp.claude.message import Message
from chatapp.claude.request import Request
from chatapp.claude.transport import Reply

_BATCHES = "/v1/messages/batches"
_LONGEST_LINE = 64 * 1024 * 1024  # bytes; far above any message


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many requests of a batch stand where; all are `processing` until it has ended."""

    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0

    @property
    def total(self) -> int:
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as it was when asked for. `status` is in_progress, canceling or ended.

    What is unanswered at `expires_at`, a day after `created_at`, expires; results can
    be read until `archived_at`, 29 days after it.
    """

    id: str
    status: str
    counts: BatchCounts
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    cancel_initiated_at: datetime | None = None
    archived_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether the results are there."""
        return self.status == "ended"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """How one request ended: `outcome` is succeeded, errored, canceled or expired.

    `message` is there when it succeeded, `error` when it errored (its `retryable` says
    whether the same request may succeed later). Only what succeeded is charged.
    """

    custom_id: str
    outcome: str
    message: Message | None = None
    error: ClaudeError | None = None


class BatchResults:
    """The results of one batch, read line by line; iterate it once.

    Raises `StreamCut` when fewer came than the batch has, `NotAStream` for a line that
    is no result, and `Silence`. What was given before an error is valid.
    """

    def __init__(self, reply: Reply, total: int, secret: str) -> None:
        self.request_id = reply.headers.get("request-id")
        self._reply = reply
        self._missing = total
        self._secret = secret
        self._lines: list[bytes] = []
        self._rest: list[bytes] = []
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BatchResult:
        try:
            line = await self._line()
            if not line and self._missing > 0:
                raise StreamCut(f"{self._missing} results did not come")
            found = _result_of(line) if line else None
        except ClaudeError as error:
            error.request_id = error.request_id or self.request_id
            raise error.hide(self._secret) from None
        if found is None:
            raise StopAsyncIteration
        if found.error is not None:
            found.error.hide(self._secret)
        self._missing -= 1
        return found

    async def _line(self) -> bytes:
        """The next line that is not blank; empty at the end."""
        while True:
            while self._lines:
                if line := self._lines.pop().strip():
                    return line
            if self._ended:
                return b""
            self._take(await self._reply.read())

    def _take(self, chunk: bytes) -> None:
        # Pieces of a line are joined once: a long one comes in hundreds of reads.
        self._ended = not chunk
        first, *others = chunk.split(b"\n")
        self._rest.append(first)
        if others or self._ended:
            whole = [b"".join(self._rest), *others[:-1]]
            self._lines, self._rest = whole[::-1], others[-1:]
        if sum(map(len, self._rest)) > _LONGEST_LINE:
            raise NotAStream("a line without an end")

    async def aclose(self) -> None:
        """Close the answer, read to its end or not."""
        await self._reply.aclose()


class Batches:
    """Creates, looks at, reads and cancels batches; every method raises `ClaudeError`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(self, requests: Mapping[str, Request]) -> Batch:
        """Submit requests by the id under which each result will come.

        At most 100,000 requests and 256 MB; ids are 1 to 64 letters, digits, `-` or `_`.
        A fault in one request comes back as its result, not here. After a connection
        error or a 5xx the batch may exist, so those are not tried again by themselves.
        """
        betas = dict.fromkeys(beta for asked in requests.values() for beta in asked.betas)
        items = [{"custom_id": id, "params": asked.body(False)} for id, asked in requests.items()]
        plain = await self._calls.json(
            "POST", _BATCHES, {"requests": items}, tuple(betas), once=True
        )
        return _batch_of(plain.raw)

    async def get(self, id: str) -> Batch:
        """The batch as it is now. One just created may be `NotFound` for a moment."""
        return _batch_of((await self._calls.json("GET", _path(id))).raw)

    async def cancel(self, id: str) -> Batch:
        """Have what has not begun left out. The batch still ends, and has results.

        Raises `InvalidRequest` when it has ended already.
        """
        return _batch_of((await self._calls.json("POST", f"{_path(id)}/cancel")).raw)

    @asynccontextmanager
    async def results(self, batch: Batch) -> AsyncIterator[BatchResults]:
        """Read the results of a batch that has ended. Leaving closes the answer.

        Nothing is tried again once it is open; reading again from the start is free.
        """

        async def attempt(deadline: float) -> BatchResults:
            # The path is ours: `results_url` could send the key to another host.
            reply = await self._calls.open("GET", f"{_path(batch.id)}/results", deadline)
            try:
                # The API has sent this with different content types, and with none.
                await self._calls.require(reply, "")
            except BaseException:
                await self._calls.shielded(reply.aclose())
                raise
            return BatchResults(reply, batch.counts.total, self._calls.config.api_key)

        results, _ = await self._calls.retrying(attempt)
        try:
            yield results
        finally:
            await self._calls.shielded(results.aclose())


def _path(id: str) -> str:
    return f"{_BATCHES}/{quote(id, safe='')}"


def _batch_of(raw: Mapping[str, Any]) -> Batch:
    try:
        counts = raw["request_counts"]
        return Batch(
            id=str(raw["id"]),
            status=str(raw["processing_status"]),
            counts=BatchCounts(*(int(counts[name]) for name in BatchCounts.__slots__)),
            created_at=datetime.fromisoformat(raw["created_at"]),
            expires_at=datetime.fromisoformat(raw["expires_at"]),
            ended_at=_time(raw.get("ended_at")),
            cancel_initiated_at=_time(raw.get("cancel_initiated_at")),
            archived_at=_time(raw.get("archived_at")),
        )
    except (KeyError, TypeError, ValueError):
        raise NotAStream("the answer is not a batch") from None


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _result_of(line: bytes) -> BatchResult:
    try:
        raw = json.loads(line)
        id, result = str(raw["custom_id"]), raw["result"]
        outcome = str(result["type"])
        if outcome == "succeeded":
            message = Message()
            message.begin(result["message"])
            return BatchResult(id, outcome, message=message)
        if outcome == "errored":
            return BatchResult(id, outcome, error=error_from_event(result["error"], None))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotAStream("a line of the results is not a result") from None
    return BatchResult(id, outcome)
