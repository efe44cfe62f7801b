"""What the composer and the dialogues send."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from chatapp.chat.listing import key_of
from chatapp.claude import EFFORTS
from chatapp.conversations.ids import given_id
from chatapp.conversations.shares import DAYS, Terms
from chatapp.conversations.wishes import Wishes
from chatapp.errors import Unusable
from chatapp.prompts.models import Prompt
from chatapp.prompts.servertools import SERVER_TOOLS

TICKS = ("with_name", "with_thinking", "with_tools")


@dataclass(frozen=True)
class MessageFields:
    message_id: uuid.UUID
    text: str
    model: str
    files: tuple[uuid.UUID, ...] = ()


def message_fields(request: HttpRequest) -> MessageFields:
    """Raises Unusable when the id is not one."""
    message_id = given_id(request.POST.get("message_id", ""))
    return MessageFields(
        message_id,
        request.POST.get("text", ""),
        request.POST.get("model", ""),
        file_ids(request.POST.getlist("files")),
    )


def options_in(request: HttpRequest) -> dict[str, Any]:
    """Those fields of `Wishes` that the picker sends; one that it does not name stays as it is.

    Raises Unusable for an effort that there is not.
    """
    sent = request.POST
    found: dict[str, Any] = {}
    if "effort" in sent:
        if sent["effort"] not in ("", *EFFORTS):
            raise Unusable(gettext("There is no such effort. Reload the page and choose again."))
        found["effort"] = sent["effort"]
    if "thinks" in sent:
        # A box that is not ticked sends nothing, so "0" always goes before it.
        found["thinks"] = sent["thinks"] == "1"
    if "web" in sent:
        wanted = sent.getlist("web")
        found["web"] = [name for name in SERVER_TOOLS if name in wanted]
    return found


def wishes(request: HttpRequest, prompt: Prompt | None) -> Wishes:
    """What a chat begins with. Raises Unusable for a folder or an effort that cannot be one."""
    folder = request.POST.get("folder", "")
    return Wishes(
        prompt=prompt,
        folder_id=key_of(folder) if folder else None,
        is_temporary=request.POST.get("temporary") == "1",
        # The box of a switch that is off sends nothing: a hidden 0 before it does.
        is_instructed=request.POST.get("instructed") != "0",
        **options_in(request),
    )


def file_ids(given: Iterable[str]) -> tuple[uuid.UUID, ...]:
    """Raises Unusable for what cannot be the id of an upload."""
    try:
        return tuple(uuid.UUID(text) for text in given)
    except ValueError:
        raise Unusable(gettext("This file has no valid id. Reload the page.")) from None


def named_message(given: str) -> uuid.UUID | None:
    """The message that a form names; none where it names none. Raises Unusable."""
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        raise Unusable(gettext("There is no such message. Reload the page.")) from None


def chosen_terms(request: HttpRequest) -> Terms:
    """How a branch is to be shared. Raises Unusable for a time that is not offered."""
    given = request.POST.get("days", "7")
    times = {"never": None, **{str(days): days for days in DAYS}}
    if given not in times:
        raise Unusable(gettext("Choose one of the times that are offered."))
    ticked = {name: request.POST.get(name) == "on" for name in TICKS}
    return Terms(times[given], **ticked)
