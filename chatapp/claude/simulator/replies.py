"""What every endpoint does alike: read a JSON body, refuse."""

import json
from typing import Any

from aiohttp import web

from chatapp.claude.simulator.directives import Directives
from chatapp.claude.simulator.validate import Refusal, bad_headers
from chatapp.claude.simulator.wire import error_body, error_type


async def read_json(request: web.Request) -> tuple[Any, Refusal | None]:
    """The body of a request, or what is wrong with its headers, size or JSON."""
    if (refusal := bad_headers(request.headers)) is not None:
        return {}, refusal
    try:
        return json.loads(await request.read()), None
    except web.HTTPRequestEntityTooLarge:
        return {}, Refusal(413, "Request exceeds the maximum size")
    except ValueError:
        return {}, Refusal(400, "The request body is not valid JSON")


def refused(refusal: Refusal, request_id: str, asked: Directives | None = None) -> web.Response:
    """The answer that says no, with the status, type and headers that were asked for."""
    asked = asked or Directives()
    headers = {"request-id": request_id}
    if asked.retry_after is not None:
        headers["retry-after"] = asked.retry_after
    return web.json_response(
        error_of(refusal, request_id, asked), status=refusal.status, headers=headers
    )


def error_of(refusal: Refusal, request_id: str, asked: Directives) -> dict[str, Any]:
    """The error's body, which a batch gives as the result of one request."""
    kind = asked.error_type or error_type(refusal.status)
    return error_body(kind, refusal.message, request_id, asked.error_code)
