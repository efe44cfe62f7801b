"""How every call is made: opened, checked, tried again; the client's engine."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from chatapp.claude.errors import (
    ClaudeError,
    DeadlineExceeded,
    NotAStream,
    Overloaded,
    RateLimited,
    error_from_answer,
)
from chatapp.claude.request import Config
from chatapp.claude.retry import Timing, asked_wait, wait_before_retry
from chatapp.claude.transport import Reply, Transport

logger = logging.getLogger(__name__)
T = TypeVar("T")
_LIMIT_HEADERS = "anthropic-ratelimit-"


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain answer: its JSON object, and how many tries failed before it."""

    raw: dict[str, Any]
    request_id: str | None
    retries: int


class Calls:
    """The calls of one client: its connections, its retries, its last rate limits."""

    def __init__(self, config: Config, timing: Timing) -> None:
        self.config = config
        self.rate_limits: Mapping[str, str] = {}
        self._timing = timing
        self._transport = Transport(config)
        self._closing: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Close all connections."""
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._transport.aclose()

    @property
    def connections_in_use(self) -> int:
        """Connections held by answers that are open now."""
        return self._transport.connections_in_use

    async def json(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        betas: tuple[str, ...] = (),
        once: bool = False,
    ) -> Plain:
        """A plain answer; `once` as in `retrying`."""

        async def attempt(deadline: float) -> tuple[dict[str, Any], str | None]:
            reply = await self.open(method, path, deadline, body=body, betas=betas, whole=True)
            try:
                await self.require(reply, "application/json")
                async with asyncio.timeout(deadline - self._timing.clock()):
                    return _object(await reply.body()), reply.headers.get("request-id")
            except TimeoutError:
                raise DeadlineExceeded("the answer took longer than the deadline allows") from None
            finally:
                await self.shielded(reply.aclose())

        (raw, request_id), retries = await self.retrying(attempt, once)
        return Plain(raw, request_id, retries)

    async def open(
        self,
        method: str,
        path: str,
        deadline: float,
        *,
        body: Mapping[str, Any] | None = None,
        betas: tuple[str, ...] = (),
        whole: bool = False,
    ) -> Reply:
        """Send a request and wait for the answer's headers, whatever its status."""
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

    async def require(self, reply: Reply, content_type: str) -> None:
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

    async def retrying(
        self, attempt: Callable[[float], Awaitable[T]], once: bool = False
    ) -> tuple[T, int]:
        """What the first attempt that succeeds gives, and how many failed before it.

        With `once` only a refusal by which nothing can have begun is tried again.
        """
        deadline = self._timing.clock() + self.config.deadline
        for tries in count():
            try:
                return await attempt(deadline), tries
            except ClaudeError as error:
                error.hide(self.config.api_key)
                error.retries = tries
                wait = wait_before_retry(error, tries, self._timing.chance)
                if once and not isinstance(error, RateLimited | Overloaded):
                    raise
                late = wait is None or self._timing.clock() + wait >= deadline
                if wait is None or late or tries >= self.config.max_retries:
                    raise
                logger.info("try %d failed (%s), next in %.1f s", tries + 1, error, wait)
            await self._timing.sleep(wait)
        raise AssertionError("count() has no end")

    async def shielded(self, closing: Any) -> None:
        """Await the closing of an answer to its end, even if this task is cancelled."""
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
