"""The one module that knows httpx: opens requests, gives bytes, names what failed.

httpx runs on aiohttp's transport, which costs half the CPU of its own at many streams.
Errors are rebuilt outside the `except` block on purpose: a chained httpx or aiohttp
error would carry frames whose variables hold the request's headers, and so the key.
"""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from chatapp.claude.errors import ClaudeError, ConnectionFailed, Silence, StreamCut
from chatapp.claude.request import Config, encode

_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError)
_LONGEST_BODY = 64 * 1024 * 1024  # bytes of a plain answer; far above any message
_KEEP_ALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 60), ("TCP_KEEPCNT", 5))


class Reply:
    """An open answer: status, headers (lower case) and a body still to be read."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._chunks = response.aiter_raw()

    async def read(self) -> bytes:
        """What the socket has got, at least a byte; empty at a clean end.

        Raises `Silence` after the read timeout, `StreamCut` when the connection broke.
        """
        failure: ClaudeError
        try:
            return await anext(self._chunks, b"")
        except httpx.ReadTimeout:
            failure = Silence("nothing was received within the read timeout")
        except _FAILURES as error:
            failure = StreamCut(_name(error))
        raise failure

    async def body(self) -> bytes:
        """The rest of the body. Raises like `read`, and `StreamCut` when it is endless."""
        parts, size = [], 0
        while part := await self.read():
            parts.append(part)
            size += len(part)
            if size > _LONGEST_BODY:
                raise StreamCut("the body is too long")
        return b"".join(parts)

    async def aclose(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        with suppress(*_FAILURES):
            await self._response.aclose()
        # Closing the generator here keeps the garbage collector from doing it in a task.
        await self._chunks.aclose()  # type: ignore[attr-defined]


class Transport:
    """A pool of connections to one base URL, made for one event loop."""

    def __init__(self, config: Config) -> None:
        self._config = config
        limits = httpx.Limits(max_connections=config.max_connections)
        self._aiohttp = AiohttpTransport(
            # Certificates take 50 ms to load and are never asked for over plain HTTP.
            verify=config.base_url.lower().startswith("https:"),
            trust_env=False,
            limits=limits,
            client=self._session,
        )
        self._http = httpx.AsyncClient(
            base_url=config.base_url,
            headers={
                "authorization": f"Bearer {config.api_key}",
                "anthropic-version": config.version,
                "accept": "application/json",
                # Compression would gather deltas at the sender until a block is full.
                "accept-encoding": "identity",
                "user-agent": "chatapp",
            },
            transport=self._aiohttp,
            follow_redirects=False,
            trust_env=False,
        )

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._config.max_connections,
            ssl=self._aiohttp.ssl_context,
            socket_factory=_socket_with_keep_alive,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def open(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        betas: tuple[str, ...] = (),
        read_timeout: float | None = None,
    ) -> Reply:
        """Send a request and wait for the answer's headers, whatever its status.

        Raises `ConnectionFailed` when there is no answer, `Silence` when none comes.
        """
        config, failure = self._config, ConnectionFailed("")
        headers = {"content-type": "application/json"} if body is not None else {}
        if betas:
            headers["anthropic-beta"] = ",".join(betas)
        request = self._http.build_request(
            method,
            path,
            headers=headers,
            content=encode(body) if body is not None else None,
            timeout=httpx.Timeout(
                config.read_timeout if read_timeout is None else read_timeout,
                connect=config.connect_timeout,
                # Waiting for a free connection and making it, both together.
                pool=2 * config.connect_timeout,
            ),
        )
        try:
            return Reply(await self._http.send(request, stream=True))
        except httpx.ReadTimeout:
            silence = Silence("no answer within the read timeout")
        except _FAILURES as error:
            silence, failure = None, ConnectionFailed(_name(error))
        raise silence or failure

    @property
    def connections_in_use(self) -> int:
        """Connections that an open answer holds."""
        session = self._aiohttp.client
        connector = session.connector if isinstance(session, aiohttp.ClientSession) else None
        # The connector has no public count of what it has handed out.
        return len(connector._acquired) if connector else 0

    async def aclose(self) -> None:
        await self._http.aclose()
        # The transports of TLS connections finish closing in the loop's next turn.
        await asyncio.sleep(0)


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _socket_with_keep_alive(address: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE:
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return made
