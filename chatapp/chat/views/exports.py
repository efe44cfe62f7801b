"""Conversations as files, and the list of what is carried out and in."""

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations import transfers
from chatapp.conversations.access import reader, visible_conversation
from chatapp.conversations.exporting.html import as_html
from chatapp.conversations.exporting.json import document
from chatapp.conversations.exporting.markdown import as_markdown
from chatapp.conversations.models import Conversation, Transfer
from chatapp.conversations.tasks import work_off_later
from chatapp.errors import NotThere

PAGE = 20
Written = Callable[[Conversation], str]
FORMS: Final[Mapping[str, tuple[str, str, Written]]] = {
    "markdown": ("md", "text/markdown", as_markdown),
    "html": ("html", "text/html", as_html),
    "json": ("json", "application/json", lambda conversation: "".join(document([conversation]))),
}


@require_http_methods(["GET", "POST"])
def create_export(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        return render(request, "chat/_export.html", {"conversation": conversation})
    made = transfers.begin(reader(request), "pdf", str(conversation), conversation)
    work_off_later(made.pk)
    return redirect("chat:list_transfers")


@require_GET
def show_export_file(request: HttpRequest, conversation_id: uuid.UUID, form: str) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if form not in FORMS:
        raise NotThere
    ending, kind, written = FORMS[form]
    body = written(conversation).encode("utf-8", "replace")
    response = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
    _as_attachment(response, f"{_file_name(str(conversation))}.{ending}")
    return response


@require_GET
def list_transfers(request: HttpRequest) -> HttpResponse:
    rows = transfers.transfers_of(reader(request))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "most": settings.ENV.import_max_mb}
    return render(request, "chat/transfers.html", context)


@require_POST
def create_full_export(request: HttpRequest) -> HttpResponse:
    made = transfers.begin(reader(request), "everything", "")
    work_off_later(made.pk)
    return redirect("chat:list_transfers")


@require_GET
def show_transfer(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    transfer = transfers.visible_transfer(reader(request), transfer_id)
    return render(request, "chat/_transfer.html", {"transfer": transfer})


@require_GET
def show_transfer_file(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponseBase:
    transfer = transfers.visible_transfer(reader(request), transfer_id)
    if transfer.state != Transfer.State.DONE:
        raise NotThere
    name, kind = _as_file(transfer)
    response = FileResponse(transfers.opened(transfer), content_type=kind)
    _as_attachment(response, name)
    return response


@require_POST
def delete_transfer(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    transfers.cancel(transfers.visible_transfer(reader(request), transfer_id))
    return redirect("chat:list_transfers")


def _as_file(transfer: Transfer) -> tuple[str, str]:
    """The name and the type of what an export made."""
    match transfer.kind:
        case Transfer.Kind.PDF:
            return f"{_file_name(transfer.title)}.pdf", "application/pdf"
        case Transfer.Kind.CHOSEN:
            return f"{_file_name(transfer.title)}.zip", "application/zip"
    return "all-my-data.zip", "application/zip"


def _file_name(title: str) -> str:
    """A name that every system takes, and from which nobody reads a path."""
    return slugify(title, allow_unicode=True)[:80] or "conversation"


def _as_attachment(response: HttpResponse | FileResponse, name: str) -> None:
    """Never shown in a tab of ours, whatever is in it."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
