"""How long the body of a request may be. Daphne would take whatever comes onto its disk."""

from daphne.http_protocol import WebRequest

from chatapp.conversations.files.limits import FILE_BYTES, MEGABYTE

# What stands around a file in a form is far below a megabyte.
LIMITS = {b"/files/": FILE_BYTES + MEGABYTE}
REFUSAL = (
    b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n"
    b"X-Content-Type-Options: nosniff\r\n\r\n"
)


class LimitedRequest(WebRequest):  # type: ignore[misc]  # daphne has no types
    """A request that is refused by what it says of its length, and cut where it said nothing."""

    received = 0

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        if length is not None and length > self._limit():
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        self.received += len(data)
        if self.received > self._limit():
            self._refuse()
        else:
            super().handleContentChunk(data)

    def _limit(self) -> float:
        # At this time Twisted keeps the path with the channel alone.
        path = self.channel._path.partition(b"?")[0]
        return LIMITS.get(path, float("inf"))

    def _refuse(self) -> None:
        self.channel.transport.write(REFUSAL)
        self.channel.loseConnection()
