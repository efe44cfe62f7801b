"""A server that answers every request with the same bytes, whatever they are."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_canned\r\n"


class Canned:
    """`answer` goes out as it is, then the connection closes; `requests` has what came."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.url = ""

    @classmethod
    def stream(cls, body: bytes) -> Self:
        """Answers with a stream of these bytes, which ends cleanly."""
        return cls(STREAM + b"content-length: %d\r\n\r\n" % len(body) + body)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = next(
            (line for line in head.lower().split(b"\r\n") if b"content-length" in line), b""
        )
        body = await reader.readexactly(int(size.split(b":")[1])) if size else b""
        self.requests.append(head + body)
        writer.write(self.answer)
        # A client that has had enough may leave in the middle.
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()
