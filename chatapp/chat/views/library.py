"""A person's library of texts, and the menu that `/` opens in the composer."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.chat.answers import to
from chatapp.chat.listing import sidebar
from chatapp.conversations.access import reader, visible_text
from chatapp.conversations.library import asked_for, filled, save_text
from chatapp.conversations.models import SavedText

PAGE = 50


@require_GET
def list_texts(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    rows = SavedText.objects.visible_to(reader(request)).matching(words)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {**sidebar(reader(request)), "page": page, "words": words}
    return render(request, "chat/library.html", context)


@require_GET
def list_commands(request: HttpRequest) -> HttpResponse:
    texts = SavedText.objects.visible_to(reader(request)).only("name", "owner")
    return render(request, "chat/_commands.html", {"texts": texts})


@require_http_methods(["GET", "POST"])
def create_text(request: HttpRequest) -> HttpResponse:
    row = SavedText(owner=reader(request), body=request.GET.get("body", "")[:10_000])
    return _edited(request, row)


@require_http_methods(["GET", "POST"])
def edit_text(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    return _edited(request, visible_text(reader(request), text_id))


@require_POST
def delete_text(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    visible_text(reader(request), text_id).delete()
    return to(request, "chat:list_texts")


@require_http_methods(["GET", "POST"])
def show_text(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    """As plain text for the composer; a dialog where something has to be asked first."""
    row = visible_text(reader(request), text_id)
    names = asked_for(row)
    if names and request.method == "GET":
        return render(request, "chat/_fill.html", {"text": row, "names": names})
    values = {name: request.POST.get(f"value_{name}", "") for name in names}
    return HttpResponse(filled(row, values), content_type="text/plain; charset=utf-8")


def _edited(request: HttpRequest, row: SavedText) -> HttpResponse:
    if request.method == "GET":
        context = {**sidebar(reader(request)), "text": row, "is_new": row._state.adding}
        return render(request, "chat/text.html", context)
    save_text(row, request.POST.get("name", ""), request.POST.get("body", ""))
    return to(request, "chat:list_texts")
