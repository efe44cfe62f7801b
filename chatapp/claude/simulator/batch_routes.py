"""The endpoints of message batches."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from chatapp.claude.simulator import directives
from chatapp.claude.simulator.batches import Batch, Item, bad_batch, bad_params
from chatapp.claude.simulator.pace import Pace
from chatapp.claude.simulator.record import Record
from chatapp.claude.simulator.replies import error_of, read_json, refused
from chatapp.claude.simulator.tools import asked_by
from chatapp.claude.simulator.validate import Refusal, bad_headers
from chatapp.claude.simulator.wire import answer_headers, new_id

_LARGEST = 256 * 1024 * 1024  # bytes of a batch, as at the API
_KEPT = 100  # batches; older ones are forgotten
_PATH = "/v1/messages/batches"


class BatchRoutes:
    """Keeps batches and answers for them.

    `script` gives the directives for all requests, `keep` puts one into the records,
    `fails` says whether one that asks for an error gets it this time.
    """

    def __init__(
        self,
        pace: Pace,
        clock: Callable[[], float],
        script: Callable[[], str],
        keep: Callable[[Record], None],
        fails: Callable[[dict[str, Any], directives.Directives], bool],
    ) -> None:
        self._pace = pace
        self._script = script
        self._clock = clock
        self._keep = keep
        self._fails = fails
        self._batches: dict[str, Batch] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(_PATH, self._create_batch),
            web.get(_PATH + "/{id}", self._show_batch),
            web.post(_PATH + "/{id}/cancel", self._cancel_batch),
            web.get(_PATH + "/{id}/results", self._show_results),
        ]

    async def _create_batch(self, request: web.Request) -> web.Response:
        request_id = new_id("req_")
        body, refusal = await read_json(request.clone(client_max_size=_LARGEST))
        self._keep(Record(request.path, body if isinstance(body, dict) else {}, finished=True))
        refusal = refusal or bad_batch(body)
        if refusal is not None:
            return refused(refusal, request_id)
        now, version = self._clock(), request.headers["anthropic-version"]
        items = [self._item(raw, version, now) for raw in body["requests"]]
        batch = Batch(items, now, now + self._pace.batch_lifetime)
        self._batches[batch.id] = batch
        if len(self._batches) > _KEPT:
            del self._batches[next(iter(self._batches))]
        return self._answer(request, batch, ended=False)

    def _item(self, raw: dict[str, Any], version: str, now: float) -> Item:
        params, asked = raw["params"], directives.Directives()
        refusal = bad_params(params, version)
        if refusal is None:
            try:
                asked = asked_by(params, self._script())
                if self._fails(params, asked):
                    refusal = Refusal(asked.error or 500, "scripted")
            except directives.BadDirective as fault:
                refusal = Refusal(400, str(fault))
        delay = self._pace.batch if asked.batch_delay is None else asked.batch_delay
        error = error_of(refusal, new_id("req_"), asked) if refusal else None
        return Item(raw["custom_id"], params, asked, now + delay, error)

    async def _show_batch(self, request: web.Request) -> web.Response:
        batch, refusal = self._find(request)
        if batch is None:
            return refused(refusal, new_id("req_"))
        return self._answer(request, batch, ended=self._has_ended(batch))

    async def _cancel_batch(self, request: web.Request) -> web.Response:
        batch, refusal = self._find(request)
        if batch is None:
            return refused(refusal, new_id("req_"))
        if self._has_ended(batch):
            return refused(Refusal(400, f"{batch.id} has ended already"), new_id("req_"))
        batch.canceled_at = self._clock()
        return self._answer(request, batch, ended=False)

    async def _show_results(self, request: web.Request) -> web.StreamResponse:
        batch, refusal = self._find(request)
        if batch is None:
            return refused(refusal, new_id("req_"))
        if not self._has_ended(batch):
            return refused(Refusal(404, f"{batch.id} has no results yet"), new_id("req_"))
        cut = directives.read(self._script()).cut_after
        response = web.StreamResponse(headers=answer_headers(new_id("req_")))
        response.content_type = "application/x-jsonl"
        await response.prepare(request)
        # Results may come in any order, so here they never come in that of the requests.
        for number, item in enumerate(reversed(batch.items)):
            if number == cut and request.transport is not None:
                request.transport.close()
                return response
            await response.write(batch.line_of(item))
        await response.write_eof()
        return response

    def _find(self, request: web.Request) -> tuple[Batch | None, Refusal]:
        id = request.match_info["id"]
        refusal = bad_headers(request.headers)
        found = self._batches.get(id) if refusal is None else None
        return found, refusal or Refusal(404, f"Message batch {id} not found")

    def _has_ended(self, batch: Batch) -> bool:
        return self._clock() >= batch.ends_at

    def _answer(self, request: web.Request, batch: Batch, ended: bool) -> web.Response:
        raw = batch.as_dict(str(request.url.origin()), ended)
        return web.json_response(raw, headers=answer_headers(new_id("req_")))
