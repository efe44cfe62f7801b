"""The web process: Daphne with an end of its own, and the runner beside it if wanted.

On SIGTERM the runner takes nothing new while pages still show how its answers
end; then listening stops, sockets are told to come back, and the process ends
with code 0. Daphne alone drops sockets without a word.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from daphne import http_protocol
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server, twisted_loop
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.conf import settings
from twisted.internet import defer

from chatapp.asgi import application
from chatapp.generation.runner import Runner
from chatapp.live.hub import hub
from chatapp.ops.bodies import LimitedRequest
from chatapp.ops.signals import on_signals
from chatapp.review.intake import keep_taking_in

logger = logging.getLogger(__name__)

THREADS = 8  # for database calls; fewer than the connections of the pool
# What a browser says on the socket is tiny; texts come by POST.
FRAME_LIMIT = 256 * 1024
PING_SECONDS, PONG_SECONDS = 20, 30
REQUEST_SECONDS = 300  # for a whole request, uploads on slow lines included
LAST_REQUESTS_SECONDS = 5.0
LAST_FRAMES_SECONDS = 5.0
COME_BACK = 1012  # "service restart", RFC 6455 registry: browsers reconnect


class Socket(WebSocketProtocol):  # type: ignore[misc]  # daphne has no types
    """A WebSocket that writes at once, and limits what browsers say but not what they are told.

    Autobahn applies one limit both ways; the article of a long answer is larger
    than anything that a browser may send.
    """

    maxMessagePayloadSize: int

    def connectionMade(self) -> None:
        super().connectionMade()
        self.transport.startWriting = partial(write_now, self.transport)

    def sendMessage(self, *message: Any, **options: Any) -> None:
        limit, self.maxMessagePayloadSize = self.maxMessagePayloadSize, 0
        try:
            super().sendMessage(*message, **options)
        finally:
            self.maxMessagePayloadSize = limit


def write_now(transport: Any) -> None:
    """Write what the socket takes; only for the rest wait until it takes more.

    Twisted always waits first, which costs two calls of epoll and a turn of the
    loop for each frame.
    """
    has_data = transport.dataBuffer or transport._tempDataBuffer
    failed = has_data and transport.doWrite()
    if not has_data or failed or transport.dataBuffer or transport._tempDataBuffer:
        # The reactor ends a connection: one that failed, or one that is being closed,
        # which Twisted says by asking to write when there is nothing to be written.
        transport.reactor.addWriter(transport)


class WebServer(Server):  # type: ignore[misc]  # daphne has no types
    """Daphne, with shutting down mended and a failure to listen remembered."""

    has_failed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)

    def listen_error(self, failure: Any) -> None:
        self.has_failed = True
        super().listen_error(failure)

    def kill_all_applications(self) -> Any:
        # Daphne's own trips over a connection whose application has returned,
        # and then cancels none of them.
        tasks = [
            task
            for details in self.connections.values()
            if (task := details.get("application_instance")) and not task.done()
        ]
        for task in tasks:
            task.cancel()
        ended = asyncio.gather(*tasks, return_exceptions=True)
        return defer.Deferred.fromFuture(asyncio.ensure_future(ended))

    async def end(self) -> None:
        """Stop listening, let requests finish, close sockets so that browsers come back."""
        for port in self.ports:
            stopped = defer.maybeDeferred(port.stopListening)
            await stopped.asFuture(asyncio.get_running_loop())
        for protocol in self._open(WebSocketProtocol):
            protocol.sendCloseFrame(code=COME_BACK)
        end = asyncio.get_running_loop().time() + LAST_REQUESTS_SECONDS
        while self._open(object) and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)

    def _open(self, kind: type) -> list[Any]:
        return [
            protocol
            for protocol, details in self.connections.items()
            if isinstance(protocol, kind)
            and "disconnected" not in details
            and (task := details.get("application_instance"))
            and not task.done()
        ]


def serve(bind: str, port: int, *, with_runner: bool) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of the process."""
    # Daphne makes its factories itself and takes the protocols from there.
    WebSocketFactory.protocol = Socket
    http_protocol.WebRequest = LimitedRequest
    server = WebServer(
        application,
        endpoints=build_endpoint_description_strings(host=bind, port=port),
        signal_handlers=False,
        http_timeout=REQUEST_SECONDS,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        websocket_max_message_size=FRAME_LIMIT,
        websocket_max_frame_size=FRAME_LIMIT,
        server_name="",
        # At 1 Daphne swallows what goes wrong inside Twisted.
        verbosity=2,
    )
    logging.getLogger("daphne").setLevel(logging.WARNING)
    twisted_loop.set_default_executor(ThreadPoolExecutor(THREADS, "database"))
    life = Life(server, with_runner=with_runner)
    # Not the reactor's own start event: that fires before the loop runs.
    twisted_loop.call_soon(life.begin)
    server.run()
    return 1 if server.has_failed or life.has_failed else 0


class Life:
    """From the first signal to the end of the process."""

    def __init__(self, server: WebServer, *, with_runner: bool) -> None:
        self.server = server
        self.runner = Runner() if with_runner else None
        self.has_failed = False
        self.tasks: list[asyncio.Task[None]] = []
        self.intake: asyncio.Task[None] | None = None

    def begin(self) -> None:
        loop = asyncio.get_running_loop()
        on_signals(loop, self.end)
        if self.runner:
            run = loop.create_task(self.runner.run(), name="runner")
            run.add_done_callback(self._runner_ended)
            self.tasks.append(run)
            self.intake = loop.create_task(keep_taking_in(), name="intake")

    def end(self) -> None:
        end = asyncio.get_running_loop().create_task(self._end(), name="end")
        end.add_done_callback(self._note_failure)
        self.tasks.append(end)

    async def _end(self) -> None:
        try:
            if self.runner and not self.has_failed:
                self.runner.drain()
                await asyncio.wait(self.tasks[:1], timeout=settings.DRAIN_SECONDS + 5)
                # Pages are told how their answers ended before they are told to come back.
                with suppress(TimeoutError):
                    await asyncio.wait_for(hub().tell_all(), LAST_FRAMES_SECONDS)
            if self.intake:
                self.intake.cancel()
            await self.server.end()
        finally:
            self.server.stop()

    def _runner_ended(self, run: asyncio.Task[None]) -> None:
        # The supervisor starts the process again, with a new runner.
        if self._note_failure(run) and len(self.tasks) == 1:
            self.end()

    def _note_failure(self, task: asyncio.Task[None]) -> bool:
        if task.cancelled() or not task.exception():
            return False
        logger.critical("The %s failed", task.get_name(), exc_info=task.exception())
        self.has_failed = True
        return True
