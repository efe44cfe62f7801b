"""Server-sent events, cut from bytes as they come.

Works on bytes alone, because a socket read may end inside a character, and
because `str.splitlines` also breaks at U+2028 and others, which may stand raw in JSON.
"""

from chatapp.claude.errors import NotAStream

LARGEST_EVENT = 32 * 1024 * 1024  # bytes; a search result block comes as one event
_BOM = b"\xef\xbb\xbf"


class Splitter:
    """Takes chunks of a stream, gives the data of each finished event."""

    __slots__ = ("_ended_with_cr", "_first", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._ended_with_cr = False
        self._first = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """The events that this chunk completes.

        Raises `NotAStream` when an event grows beyond all sense.
        """
        if self._ended_with_cr and chunk:
            # The pair \r\n fell into two chunks; its \r has counted as the line's end.
            self._ended_with_cr = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        if b"\r" in chunk:
            self._ended_with_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        blocks = (self._rest + chunk).split(b"\n\n")
        self._rest = blocks.pop()
        if len(self._rest) > LARGEST_EVENT:
            raise NotAStream("an event without an end")
        return self._payloads(blocks) if blocks else []

    def finish(self) -> list[bytes]:
        """What a stream that ended without a last blank line still held."""
        rest, self._rest = self._rest, b""
        return self._payloads([rest])

    def _payloads(self, blocks: list[bytes]) -> list[bytes]:
        if self._first and blocks:
            self._first = False
            blocks[0] = blocks[0].removeprefix(_BOM)
        return [data for data in map(_data_of, blocks) if data]


def _data_of(block: bytes) -> bytes:
    # Claude's events are one `event:` and one `data:` line; the way below is for the rest.
    name, _, data = block.partition(b"\ndata: ")
    if data and b"\n" not in data and name.startswith(b"event:") and b"\n" not in name:
        return data
    lines = [line[5:] for line in block.split(b"\n") if line.startswith(b"data:")]
    return b"\n".join(line.removeprefix(b" ") for line in lines)
