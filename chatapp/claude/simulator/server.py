"""The simulator's HTTP server: routes, headers, and the course of one request."""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from chatapp.claude.simulator import directives
from chatapp.claude.simulator.batch_routes import BatchRoutes
from chatapp.claude.simulator.composer import compose
from chatapp.claude.simulator.emission import Emission
from chatapp.claude.simulator.model_list import model_info, page_of
from chatapp.claude.simulator.pace import Pace
from chatapp.claude.simulator.record import Record
from chatapp.claude.simulator.replies import read_json, refused
from chatapp.claude.simulator.steps import course_of, pace_of, start_of
from chatapp.claude.simulator.tools import asked_by
from chatapp.claude.simulator.transcript import newest_user_text
from chatapp.claude.simulator.validate import (
    Refusal,
    bad_headers,
    bad_request,
    known_models,
    tokens_of,
)
from chatapp.claude.simulator.wire import Answer, answer_headers, new_id

logger = logging.getLogger(__name__)
_KEPT = 5000  # records; older ones are forgotten
_LARGEST = 32 * 1024 * 1024  # bytes of a request, as at the API
_PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in to this network.</p>"


class Simulator:
    """Serves on `host` and `port` (0: any free one); `url` is its address once started.

    `sent` has a record for every request of `/v1/messages`, the oldest first;
    `script` holds directives for all requests; `open` counts unfinished answers.
    `clock` gives the seconds since 1970 by which batches are done and expire.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: Pace | None = None,
        script: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url = ""
        self.sent: deque[Record] = deque(maxlen=_KEPT)
        self.script = script
        self.open = 0
        self._pace = pace or Pace()
        self._batches = BatchRoutes(
            self._pace, clock, lambda: self.script, self.sent.append, self._fails_now
        )
        self._address = (host, port)
        self._failed: Counter[str] = Counter()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to listen. Raises `OSError` when the port is taken."""
        app = web.Application(client_max_size=_LARGEST)
        app.add_routes(
            [
                web.post("/v1/messages", self._create_message),
                web.post("/v1/messages/count_tokens", self._count_tokens),
                *self._batches.routes(),
                web.get("/v1/models", self._list_models),
                web.get("/v1/models/{id}", self._show_model),
                web.get("/simulator/requests", self._list_records),
                web.delete("/simulator/requests", self._delete_records),
                web.post("/simulator/script", self._update_script),
            ]
        )
        # With handler_cancellation a client that leaves is noticed at once, even in a stall.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5
        )
        await self._runner.setup()
        host, port = self._address
        await web.TCPSite(self._runner, host, port, backlog=2048).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def stop(self) -> None:
        """Break off what is open and listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def connections(self) -> int:
        """Connections of clients that are open, idle ones included."""
        server = self._runner.server if self._runner else None
        return len(server.connections) if server else 0

    async def _create_message(self, request: web.Request) -> web.StreamResponse:
        request_id = new_id("req_")
        body, refusal = await self._read(request)
        record = Record(request.path, body if isinstance(body, dict) else {}, request_id=request_id)
        self.sent.append(record)
        if refusal is None:
            try:
                asked = asked_by(record.body, self.script)
            except directives.BadDirective as error:
                refusal = Refusal(400, str(error))
        if refusal is not None:
            record.finished = True
            record.status = refusal.status
            return refused(refusal, request_id)
        self.open += 1
        try:
            return await self._answer(request, record, asked)
        finally:
            record.aborted = record.aborted or not record.finished
            self.open -= 1

    async def _answer(
        self, request: web.Request, record: Record, asked: directives.Directives
    ) -> web.StreamResponse:
        if asked.slow_start:
            await asyncio.sleep(asked.slow_start)
        if self._fails_now(record.body, asked):
            record.finished, record.status = True, asked.error or 500
            return refused(Refusal(record.status, "scripted"), record.request_id, asked)
        if asked.not_sse:
            record.finished = True
            return web.Response(body=_PAGE, content_type="text/html")
        answer = compose(record.body, asked)
        record.message_id, record.text = answer.id, answer.text
        if not record.body.get("stream"):
            return await self._whole(record, asked, answer)
        return await self._streamed(request, record, asked, answer)

    async def _whole(
        self, record: Record, asked: directives.Directives, answer: Answer
    ) -> web.Response:
        await asyncio.sleep(pace_of(self._pace, asked).first)
        record.pieces.append(answer.text)
        record.finished = True
        return web.json_response(answer.as_message(), headers=answer_headers(record.request_id))

    async def _streamed(
        self,
        request: web.Request,
        record: Record,
        asked: directives.Directives,
        answer: Answer,
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=answer_headers(record.request_id))
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        response.enable_chunked_encoding()
        course = course_of(answer, asked, self._pace, record.request_id)
        await response.prepare(request)
        # aiohttp holds the headers back until the first write, and the emission goes past it.
        await response.write(start_of(course))
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            raise ConnectionResetError("the client has left")
        emission = Emission(transport, course, record)
        try:
            whole = await emission.done
        finally:
            emission.cancel()
        if whole:
            record.finished = True
            await response.write_eof()
        else:
            # A scripted cut is not the client's doing; one that has left is.
            record.finished = not transport.is_closing()
            transport.close()
        return response

    async def _count_tokens(self, request: web.Request) -> web.Response:
        body, refusal = await self._read(request, counting=True)
        known = body if isinstance(body, dict) else {}
        self.sent.append(Record(request.path, known, finished=True))
        request_id = new_id("req_")
        if refusal is not None:
            return refused(refusal, request_id)
        return web.json_response(
            {"input_tokens": tokens_of(body)}, headers=answer_headers(request_id)
        )

    async def _list_models(self, request: web.Request) -> web.Response:
        if (refusal := bad_headers(request.headers)) is not None:
            return refused(refusal, new_id("req_"))
        limit = int(request.query.get("limit", "20"))
        page = page_of(request.query.get("after_id"), limit)
        return web.json_response(page, headers=answer_headers(new_id("req_")))

    async def _show_model(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        refusal = bad_headers(request.headers)
        found = next((each for each in known_models() if each.id == wanted), None)
        if refusal is not None or found is None:
            return refused(refusal or Refusal(404, f"model: {wanted}"), new_id("req_"))
        return web.json_response(model_info(found), headers=answer_headers(new_id("req_")))

    async def _list_records(self, request: web.Request) -> web.Response:
        return web.json_response([record.as_dict() for record in self.sent])

    async def _delete_records(self, request: web.Request) -> web.Response:
        self.sent.clear()
        return web.json_response({})

    async def _update_script(self, request: web.Request) -> web.Response:
        script = str((await request.json()).get("script", ""))
        try:
            directives.read(script)
        except directives.BadDirective as error:
            return web.json_response({"error": str(error)}, status=400)
        self.script = script
        return web.json_response({"script": script})

    async def _read(
        self, request: web.Request, counting: bool = False
    ) -> tuple[Any, Refusal | None]:
        body, refusal = await read_json(request)
        if refusal is None:
            refusal = bad_request(body, request.headers["anthropic-version"], counting)
        return body, refusal

    def _fails_now(self, body: dict[str, Any], asked: directives.Directives) -> bool:
        if asked.error is None:
            return False
        if asked.error_times is None:
            return True
        key = newest_user_text(body) + self.script
        self._failed[key] += 1
        if self._failed[key] <= asked.error_times:
            return True
        # The next one to ask the same shall see the same course of failures.
        del self._failed[key]
        return False
