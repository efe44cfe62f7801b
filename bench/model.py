"""A stand-in for Claude that can feed 800 streams from half a core.

Every delta is the monotonic time at which it was written, so whoever receives it
knows its age; every fortieth ends a paragraph, as prose does. It writes on
schedule whether anybody reads or not.
"""

import asyncio
import json
import sys
import time

FIRST_SECONDS = 0.3
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_bench\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)


def event(kind: str, **fields: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


MESSAGE = {
    "id": "msg_bench",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 10, "output_tokens": 1},
}
BEGIN = chunk(event("message_start", message=MESSAGE)) + chunk(
    event("content_block_start", index=0, content_block={"type": "text", "text": ""})
)
END = (
    chunk(event("content_block_stop", index=0))
    + chunk(event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9}))
    + chunk(event("message_stop"))
    + b"0\r\n\r\n"
)
TITLE = json.dumps(
    {**MESSAGE, "content": [{"type": "text", "text": "A title"}], "stop_reason": "end_turn"}
).encode()


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection; answers streams and titles, reads nothing else."""

    def __init__(self, deltas: int, rate: float) -> None:
        self.deltas = deltas
        self.pause = 1 / rate
        self.received = b""
        self.sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, _, body = self.received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
        if not length or len(body) < int(length):
            return
        self.received = b""
        if b'"stream":true' in body.replace(b" ", b""):
            self.sent = 0
            self.transport.write(HEAD + BEGIN)
            self.due = self.loop.time() + FIRST_SECONDS
            self.loop.call_at(self.due, self.write)
        else:
            self.transport.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                % (len(TITLE), TITLE)
            )

    def write(self) -> None:
        if self.transport.is_closing():
            return
        self.sent += 1
        space = ".\n\n" if self.sent % 40 == 0 else " "
        text = f"{time.monotonic():.5f}{space}"
        data = event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
        if self.sent < self.deltas:
            self.transport.write(chunk(data))
            self.due += self.pause
            self.loop.call_at(self.due, self.write)
        else:
            self.transport.write(chunk(data) + END)


async def main(port: int, deltas: int, rate: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(deltas, rate), "127.0.0.1", port, backlog=2048
    )
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
