"""What can go wrong that a person should read about.

    ChatappError
     ├── NotThere       404  it does not exist, or is not yours: one answer for both
     ├── Refused        403  you may not do this
     │    └── ReasonWanted   somebody else's conversation, and nobody said why it is read
     ├── Conflict       409  it cannot be done now
     ├── Unusable       422  what was sent cannot be used
     └── TooLarge       413  what was sent is longer than allowed

Each carries a sentence for the person. `ErrorPages` turns them into a page or,
for htmx, into the fragment that stands beside the composer.
"""

import uuid
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext


class ChatappError(Exception):
    status: ClassVar[int] = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotThere(ChatappError):
    status = 404

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or gettext("There is nothing here, or it is not yours."))


class Refused(ChatappError):
    status = 403


class ReasonWanted(Refused):
    def __init__(self, conversation_id: uuid.UUID) -> None:
        super().__init__(gettext("Say first why you want to read this conversation."))
        self.conversation_id = conversation_id


class Conflict(ChatappError):
    status = 409


class Unusable(ChatappError):
    status = 422


class TooLarge(ChatappError):
    status = 413


class ErrorPages:
    """Answer a `ChatappError` raised by a view, in the form that was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            # Some of Python's codecs yield texts that no database takes.
            raise BadRequest("Only UTF-8 is understood.")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ChatappError):
            return None
        if isinstance(error, ReasonWanted) and not request.headers.get("HX-Request"):
            address = reverse("review:create_reason", args=[error.conversation_id])
            return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
        template = "chat/_error.html" if request.headers.get("HX-Request") else "error.html"
        return render(
            request,
            template,
            {"sentence": error.sentence, "status": error.status},
            status=error.status,
        )
