"""The client: streams, plain answers, token counts, models.

One `Client` serves one event loop and all its calls; it holds the connections.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from chatapp.claude.batches import Batches
from chatapp.claude.calls import Calls
from chatapp.claude.errors import NotAStream
from chatapp.claude.message import Message
from chatapp.claude.request import Config, Request
from chatapp.claude.retry import Timing
from chatapp.claude.stream import Stream

_MESSAGES, _COUNT, _MODELS = "/v1/messages", "/v1/messages/count_tokens", "/v1/models"


class Client:
    """Talks to the Messages API. Close it with `aclose`, or use it as a context manager.

    Every method raises `ClaudeError`. `batches` asks many things at once, at half the
    price and without hurry.
    """

    def __init__(self, config: Config, timing: Timing | None = None) -> None:
        self.config = config
        self._timing = timing or Timing()
        self._calls = Calls(config, self._timing)
        self.batches = Batches(self._calls)

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
        await self._calls.aclose()

    @property
    def rate_limits(self) -> Mapping[str, str]:
        """The rate-limit headers of the last answer that had some, without their common
        prefix: `requests-remaining` etc.
        """
        return self._calls.rate_limits

    @property
    def connections_in_use(self) -> int:
        """Connections held by answers that are open now."""
        return self._calls.connections_in_use

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Stream]:
        """Ask for an answer and read it as it is written.

        Entering waits for the first content and retries until then; leaving, in
        whatever way, closes the answer. That is how one stops it.
        """

        async def attempt(deadline: float) -> Stream:
            return await self._begin(request, deadline)

        stream, retries = await self._calls.retrying(attempt)
        stream.retries = retries
        try:
            yield stream
            await stream.drain()
        finally:
            await self._calls.shielded(stream.aclose())

    async def create(self, request: Request) -> Message:
        """Ask for an answer and wait for all of it. For long answers use `stream`."""
        plain = await self._calls.json("POST", _MESSAGES, request.body(False), request.betas)
        message = Message(request_id=plain.request_id, retries=plain.retries)
        message.begin(plain.raw)
        return message

    async def count_tokens(self, request: Request) -> int:
        """The API's estimate of the input tokens of a request; free of charge."""
        plain = await self._calls.json("POST", _COUNT, request.counted_body(), request.betas)
        tokens = plain.raw.get("input_tokens")
        if not isinstance(tokens, int):
            raise NotAStream("the count is missing")
        return tokens

    async def models(self) -> list[dict[str, Any]]:
        """All models that the key may use, raw, with limits and capabilities, no prices."""
        found: list[dict[str, Any]] = []
        path, after = f"{_MODELS}?limit=1000", None
        while True:
            whole = f"{path}&after_id={after}" if after else path
            page = (await self._calls.json("GET", whole)).raw
            found += page.get("data") or ()
            last = page.get("last_id")
            # A server that gives the same page again would keep us here for ever.
            if not page.get("has_more") or not last or last == after:
                return found
            after = last

    async def _begin(self, request: Request, deadline: float) -> Stream:
        body = request.body(True)
        reply = await self._calls.open("POST", _MESSAGES, deadline, body=body, betas=request.betas)
        try:
            await self._calls.require(reply, "text/event-stream")
            stream = Stream(reply, self.config, self._timing, deadline)
            await stream.begin()
        except BaseException:
            await self._calls.shielded(reply.aclose())
            raise
        return stream
