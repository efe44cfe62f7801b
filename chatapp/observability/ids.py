"""Which request or run is being served, so that every log line can say so."""

import re
import uuid
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# What ASGI itself passes: https://asgi.readthedocs.io/en/latest/specs/main.html
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
RUN_ID: ContextVar[str] = ContextVar("run_id", default="")

HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{8,64}")
STARTS = frozenset({"http.response.start", "websocket.accept"})


@contextmanager
def serving_run(run_id: object) -> Iterator[None]:
    """Log lines written inside carry `run=<run_id>`."""
    token = RUN_ID.set(str(run_id))
    try:
        yield
    finally:
        RUN_ID.reset(token)


class RequestId:
    """ASGI middleware: names the request for the log and tells the caller that name.

    A well-formed `X-Request-ID` (8 to 64 letters, digits, `.`, `_`, `-`) is kept, so a
    proxy's line and ours can be laid side by side; anything else is replaced, so that
    nobody writes into our log by a header.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        name = _chosen_name(scope)
        token = REQUEST_ID.set(name.decode("ascii"))
        try:
            await self.app(scope, receive, _telling(name, send))
        finally:
            REQUEST_ID.reset(token)


def _chosen_name(scope: Scope) -> bytes:
    for key, value in scope["headers"]:
        if key.lower() == HEADER and WELL_FORMED.fullmatch(value):
            return bytes(value)
    return uuid.uuid4().hex.encode("ascii")


def _telling(name: bytes, send: Send) -> Send:
    async def send_with_name(message: Message) -> None:
        if message["type"] in STARTS:
            others = [pair for pair in message.get("headers", ()) if pair[0].lower() != HEADER]
            message = {**message, "headers": [*others, (HEADER, name)]}
        await send(message)

    return send_with_name
