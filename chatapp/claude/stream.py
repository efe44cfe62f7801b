"""One streamed answer: bytes in, batches of events out, the message beside them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from chatapp.claude.errors import ClaudeError, DeadlineExceeded, NotAStream, StreamCut
from chatapp.claude.events import Event, MessageStart, Ping, Unknown
from chatapp.claude.message import Assembler, Message
from chatapp.claude.request import Config
from chatapp.claude.retry import Timing
from chatapp.claude.sse import Splitter
from chatapp.claude.transport import Reply

_DRAIN = 0.25  # seconds for the last bytes after `message_stop`, so the connection lives on


class Stream:
    """An answer in the making; iterate it, or its `batches`, once.

    Iteration ends after `message_stop` and raises a `ClaudeError` in any other case,
    after the events that came before it. `read_pause` (seconds, or a function that
    gives them) may be changed at any time; `before_read`, where set, is awaited in its
    place. `retries` says how many tries failed before this one.
    """

    def __init__(self, reply: Reply, config: Config, timing: Timing, deadline: float) -> None:
        self.request_id = reply.headers.get("request-id")
        self.read_pause: float | Callable[[], float] = config.read_pause
        self.before_read: Callable[[], Awaitable[None]] | None = None
        self.retries = 0
        self._reply = reply
        self._config = config
        self._timing = timing
        self._deadline = deadline
        self._splitter = Splitter()
        self._assembler = Assembler(self.request_id)
        self._ready: list[Event] = []
        self._single: list[Event] = []
        self._failure: ClaudeError | None = None
        self._heard = False

    @property
    def message(self) -> Message:
        """The message as far as it has come."""
        return self._assembler.join()

    @property
    def complete(self) -> bool:
        """Whether `message_stop` has come."""
        return self._assembler.complete

    async def begin(self) -> None:
        """Read up to the first content, which the first batch will give.

        Until then nothing can have been shown, so until then the client may retry.
        """
        while not any(map(_is_content, self._ready)):
            self._ready += await self._read()
            if not self._ready and self._failure:
                raise self._failure
            if self._failure and not any(map(_is_content, self._ready)):
                raise self._failure

    def batches(self) -> AsyncIterator[list[Event]]:
        """The events of one socket read at a time: one wake-up for many deltas."""
        return _Batches(self)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while not self._single:
            self._single = (await self.next_batch())[::-1]
        return self._single.pop()

    async def next_batch(self) -> list[Event]:
        """The next events, one at least. Raises `StopAsyncIteration` at the end."""
        if self._ready:
            ready, self._ready = self._ready, []
            return ready
        while True:
            if self._failure is not None:
                self._failure.retries = self.retries
                raise self._failure
            if self._assembler.complete:
                raise StopAsyncIteration
            if self.before_read:
                await self.before_read()
            else:
                await self._pause()
            if events := await self._read():
                return events

    async def _pause(self) -> None:
        pause = self.read_pause
        seconds = pause() if callable(pause) else pause
        if seconds > 0:
            await self._timing.sleep(seconds)

    async def _read(self) -> list[Event]:
        """The events of the next read; sets `_failure` when none can follow."""
        try:
            chunk = await self._chunk()
            self._heard = self._heard or bool(chunk.strip())
            payloads = self._splitter.feed(chunk) if chunk else self._splitter.finish()
        except ClaudeError as error:
            return self._fail(error, [])
        events = self._decode(payloads, last=not chunk)
        if not chunk and not self._assembler.complete and self._failure is None:
            self._fail(self._ended_early(), events)
        return events

    async def _chunk(self) -> bytes:
        left = self._deadline - self._timing.clock()
        if left > self._config.read_timeout:
            # The read timeout comes first, so the deadline needs no timer of its own.
            return await self._reply.read()
        if left > 0:
            try:
                async with asyncio.timeout(left):
                    return await self._reply.read()
            except TimeoutError:
                pass
        raise DeadlineExceeded("the answer took longer than the deadline allows")

    def _decode(self, payloads: list[bytes], last: bool) -> list[Event]:
        events: list[Event] = []
        take = self._assembler.take
        try:
            for payload in payloads:
                events.append(take(_parse(payload, last)))
                if self._assembler.complete:
                    break
        except ClaudeError as error:
            return self._fail(error, events)
        return events

    def _fail(self, error: ClaudeError, events: list[Event]) -> list[Event]:
        # What came before the error is handed out first; the error waits its turn.
        error.status = error.status or self._reply.status
        error.request_id = error.request_id or self.request_id
        error.hide(self._config.api_key)
        # Raised again later, and without the frames that hold the raw bytes.
        self._failure = error.with_traceback(None)
        return events

    def _ended_early(self) -> ClaudeError:
        if self._heard and not self._assembler.message.id:
            return NotAStream("the body holds no event of the Messages API")
        return StreamCut("the stream ended without message_stop")

    async def drain(self) -> None:
        """Read what follows a complete message, so that its connection can be used again."""
        if self._assembler.complete:
            try:
                async with asyncio.timeout(_DRAIN):
                    await self._reply.body()
            except (TimeoutError, ClaudeError):
                pass

    async def aclose(self) -> None:
        """Close the answer; from here on Claude no longer writes for us."""
        await self._reply.aclose()


class _Batches:
    # A class and no generator: one that is left half-way needs no task to clean it up.
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[list[Event]]:
        return self

    async def __anext__(self) -> list[Event]:
        return await self._stream.next_batch()


def _parse(payload: bytes, last: bool) -> Any:
    try:
        return json.loads(payload.decode(errors="replace"))
    except ValueError:
        if last:
            raise StreamCut("the stream ended inside an event") from None
        if payload.lstrip()[:1] == b"{":
            raise NotAStream("an event is not JSON") from None
        # Markers such as [DONE], which some gateways add, carry nothing.
        return {"type": "", "data": payload.decode(errors="replace")}


def _is_content(event: Event) -> bool:
    return not isinstance(event, MessageStart | Ping | Unknown)
