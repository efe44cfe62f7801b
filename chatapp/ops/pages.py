"""The pages' side of the application: Django's ASGI handler, for views that are all sync."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.db import database_sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from chatapp.observability.ids import Scope

THREADS = 6  # requests at once; with those of the sockets fewer than the pool has connections


class Pages(ASGIHandler):
    """One thread of a few serves a request from its first middleware to its last.

    Django's own handler enters threads six times for each request, and starts a
    new one for it: about a millisecond of CPU.
    """

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()  # the sync chain, in place of the async one
        self.threads = ThreadPoolExecutor(THREADS, "pages")

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            request, refusal = self.create_request(scope, body)
            response = refusal or await self._in_thread(self._respond, scope, request)
            await self.send_response(response, send)
            if response.streaming:
                await self._in_thread(response.close)

    async def _in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        crossing = database_sync_to_async(function, thread_sensitive=False, executor=self.threads)
        return await crossing(*args)

    def _respond(self, scope: Scope, request: ASGIRequest) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        response = self.get_response(request)
        response._handler_class = type(self)  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response
