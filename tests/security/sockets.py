"""A page's socket, spoken to as a browser would, without a browser and without a server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any

from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from chatapp.asgi import application
from chatapp.live.hub import hub

ORIGIN = settings.CSRF_TRUSTED_ORIGINS[0]
SECONDS = 10.0  # generous: the machine may be busy with other tests


def cookies_of(client: Client) -> bytes:
    cookies: SimpleCookie = client.cookies
    return "; ".join(f"{name}={morsel.coded_value}" for name, morsel in cookies.items()).encode()


class Socket:
    def __init__(
        self, query: str, client: Client, origin: str | None = ORIGIN, path: str = "/live/"
    ) -> None:
        headers = [(b"cookie", cookies_of(client))]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.wire = WebsocketCommunicator(application, f"{path}?{query}", headers=headers)

    async def outcome(self) -> str:
        """`open` once news would come, else the code with which it was closed."""
        is_accepted, code = await self.wire.connect(timeout=SECONDS)
        return await self.state() if is_accepted else f"refused {code}"

    async def state(self) -> str:
        """Ask for a heartbeat until one comes, or the end."""
        for _ in range(int(SECONDS / 0.02)):
            await hub().beat()
            if not await self.wire.receive_nothing(timeout=0.02, interval=0.01):
                said = await self.wire.receive_output(timeout=SECONDS)
                return "open" if said["type"] == "websocket.send" else str(said["code"])
        return "silent"

    async def code(self) -> int:
        """Read until it is closed."""
        while (said := await self.wire.receive_output(timeout=SECONDS))["type"] != CLOSE:
            pass
        return int(said["code"])


CLOSE = "websocket.close"


@asynccontextmanager
async def socket(query: str, client: Client, **options: Any) -> AsyncIterator[Socket]:
    one = Socket(query, client, **options)
    try:
        yield one
    finally:
        if not one.wire.future.done():
            await one.wire.disconnect(timeout=SECONDS)
