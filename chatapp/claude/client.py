"""The client: streams, plain answers, token counts, models.

One `Client` serves one event loop and all its calls; it holds the connections.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar

from chatapp.claude.errors import (
    ClaudeError,
    DeadlineExceeded,
    NotAStream,
    RateLimited,
    error_from_answer,
)
from chatapp.claude.message import Message
from chatapp.claude.request import Config, Request
from chatapp.claude.retry import Timing, asked_wait, wait_before_retry
from chatapp.claude.stream import Stream
from chatapp.claude.transport import Reply, Transport

logger = logging.getLogger(__name__)
T = TypeVar("T")
_LIMIT_HEADERS = "anthropic-ratelimit-"
_MESSAGES, _COUNT, _MODELS = "/v1/messages", "/v1/messages/count_tokens", "/v1/models"


class Client:
    """Talks to the Messages API. Close it with `aclose`, or use it as a context manager.

    Every method raises `ClaudeError`. `rate_limits` holds the rate-limit headers of
    the last answer that had some, without their common prefix: `requests-remaining` etc.
    """

    def __init__(self, config: Config, timing: Timing | None = None) -> None:
        self.config = config
        self.rate_limits: Mapping[str, str] = {}
        self._timing = timing or Timing()
        self._transport = Transport(config)
        self._closing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; open streams break off."""
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._transport.aclose()

    @property
    def connections_in_use(self) -> int:
        """Connections held by answers that are open now."""
        return self._transport.connections_in_use

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Stream]:
        """Ask for an answer and read it as it is written.

        Entering waits for the first content and retries until then; leaving, in
        whatever way, closes the answer. That is how one stops it.
        """

        async def attempt(deadline: float) -> Stream:
            return await self._begin(request, deadline)

        stream, retries = await self._retrying(attempt)
        stream.retries = retries
        try:
            yield stream
            await stream.drain()
        finally:
            await self._shielded(stream.aclose())

    async def create(self, request: Request) -> Message:
        """Ask for an answer and wait for all of it. For long answers use `stream`."""
        raw, request_id = await self._json("POST", _MESSAGES, request.body(False), request.betas)
        message = Message(request_id=request_id)
        message.begin(raw)
        return message

    async def count_tokens(self, request: Request) -> int:
        """The API's estimate of the input tokens of a request; free of charge."""
        raw, _ = await self._json("POST", _COUNT, request.counted_body(), request.betas)
        tokens = raw.get("input_tokens")
        if not isinstance(tokens, int):
            raise NotAStream("the count is missing")
        return tokens

    async def models(self) -> list[dict[str, Any]]:
        """All models that the key may use, raw, with limits and capabilities, no prices."""
        found: list[dict[str, Any]] = []
        path, after = f"{_MODELS}?limit=1000", None
        while True:
            page, _ = await self._json("GET", path if after is None else f"{path}&after_id={after}")
            found += page.get("data") or ()
            last = page.get("last_id")
            # A server that gives the same page again would keep us here for ever.
            if not page.get("has_more") or not last or last == after:
                return found
            after = last

    async def _begin(self, request: Request, deadline: float) -> Stream:
        body = request.body(True)
        reply = await self._open("POST", _MESSAGES, deadline, body=body, betas=request.betas)
        try:
            await self._require(reply, "text/event-stream")
            stream = Stream(reply, self.config, self._timing, deadline)
            await stream.begin()
        except BaseException:
            await self._shielded(reply.aclose())
            raise
        return stream

    async def _json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        betas: tuple[str, ...] = (),
    ) -> tuple[dict[str, Any], str | None]:
        async def attempt(deadline: float) -> tuple[dict[str, Any], str | None]:
            reply = await self._open(method, path, deadline, body=body, betas=betas, whole=True)
            try:
                await self._require(reply, "application/json")
                async with asyncio.timeout(deadline - self._timing.clock()):
                    return _object(await reply.body()), reply.headers.get("request-id")
            except TimeoutError:
                raise DeadlineExceeded("the answer took longer than the deadline allows") from None
            finally:
                await self._shielded(reply.aclose())

        return (await self._retrying(attempt))[0]

    async def _open(
        self,
        method: str,
        path: str,
        deadline: float,
        *,
        body: Mapping[str, Any] | None,
        betas: tuple[str, ...],
        whole: bool = False,
    ) -> Reply:
        left = deadline - self._timing.clock()
        # A plain answer is silent until it is whole: only the deadline bounds it.
        silence = left if whole else None
        try:
            async with asyncio.timeout(left):
                return await self._transport.open(
                    method, path, body, betas=betas, read_timeout=silence
                )
        except TimeoutError:
            raise DeadlineExceeded("no answer before the deadline") from None

    async def _require(self, reply: Reply, content_type: str) -> None:
        """Raise unless this is a 2xx answer of that type; keep its rate limits."""
        headers = reply.headers
        limits = {
            name.removeprefix(_LIMIT_HEADERS): value
            for name, value in headers.items()
            if name.startswith(_LIMIT_HEADERS)
        }
        self.rate_limits = limits or self.rate_limits
        found = headers.get("content-type", content_type)
        if 200 <= reply.status < 300 and found.startswith(content_type):
            return
        request_id = headers.get("request-id")
        if 200 <= reply.status < 300:
            raise NotAStream(f"got {found[:100]}", status=reply.status, request_id=request_id)
        wait = asked_wait(headers, self._timing.wall())
        error = error_from_answer(reply.status, await _whatever_of(reply), request_id, wait)
        spend_cap = isinstance(error, RateLimited) and error.spend_cap
        if headers.get("x-should-retry") in ("true", "false") and not spend_cap:
            error.retryable = headers["x-should-retry"] == "true"
        raise error

    async def _retrying(self, attempt: Callable[[float], Awaitable[T]]) -> tuple[T, int]:
        deadline = self._timing.clock() + self.config.deadline
        for tries in count():
            try:
                return await attempt(deadline), tries
            except ClaudeError as error:
                error.hide(self.config.api_key)
                wait = wait_before_retry(error, tries, self._timing.chance)
                late = wait is None or self._timing.clock() + wait >= deadline
                if wait is None or late or tries >= self.config.max_retries:
                    raise
                logger.info("try %d failed (%s), next in %.1f s", tries + 1, error, wait)
            await self._timing.sleep(wait)
        raise AssertionError("count() has no end")

    async def _shielded(self, closing: Any) -> None:
        # Cancelling us must not cancel this: a half-closed answer would hold its connection.
        task: asyncio.Task[None] = asyncio.ensure_future(closing)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        await asyncio.shield(task)


async def _whatever_of(reply: Reply) -> bytes:
    # The status says more than a broken body of an error could.
    try:
        return await reply.body()
    except ClaudeError:
        return b""


def _object(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body)
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise NotAStream("the body is not a JSON object")
    return raw
