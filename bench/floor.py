"""The floor: a bare ASGI relay that saves, renders and checks nothing.

Under Daphne, reading by the same transport as the app; one frame a socket read.
"""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport

CLIENTS: list[httpx.AsyncClient] = []


def client() -> httpx.AsyncClient:
    if not CLIENTS:
        limits = httpx.Limits(max_connections=1_000)
        CLIENTS.append(httpx.AsyncClient(transport=AiohttpTransport(limits=limits), timeout=60))
    return CLIENTS[0]


async def texts() -> AsyncIterator[str]:
    """The text of the deltas of each read."""
    body = {"model": "claude-sonnet-5-5", "max_tokens": 1000, "messages": [], "stream": True}
    url = f"{os.environ['ANTHROPIC_BASE_URL']}/v1/messages"
    async with client().stream("POST", url, json=body) as reply:
        rest = b""
        async for data in reply.aiter_raw():
            *events, rest = (rest + data).split(b"\n\n")
            parsed = [json.loads(event.partition(b"\ndata: ")[2]) for event in events]
            yield "".join(e["delta"].get("text", "") for e in parsed if "delta" in e)


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] == "websocket.receive":
        async for text in texts():
            if text:
                await send({"type": "websocket.send", "text": text})
        await send({"type": "websocket.send", "text": "END"})


def main(port: int) -> None:
    from daphne.server import Server

    Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"]).run()


if __name__ == "__main__":
    import sys

    main(int(sys.argv[1]))
