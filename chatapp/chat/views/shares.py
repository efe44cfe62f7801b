"""Sharing a branch by a link, and the page behind it, which anybody may read."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.chat.forms import chosen_terms, named_message
from chatapp.conversations import shares
from chatapp.conversations.access import reader, visible_conversation
from chatapp.conversations.actions import first_words
from chatapp.conversations.exporting.told import Told
from chatapp.errors import NotThere, Refused

PAGE = 50
POINTS = 200  # of a branch, at which it may be cut
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


@require_http_methods(["GET", "POST"])
def create_share(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if conversation.is_trial:
        raise NotThere
    asked = request.POST if request.method == "POST" else request.GET
    message_id = named_message(asked.get("message", ""))
    if request.method == "POST":
        made, token = shares.share(conversation, message_id, chosen_terms(request))
        link = request.build_absolute_uri(reverse("chat:show_share", args=[token]))
        return render(request, "chat/_share_made.html", {"share": made, "link": link})
    if not settings.ENV.sharing:
        raise Refused(gettext("Sharing is switched off here."))
    branch = shares.branch_to(conversation, message_id)
    context = {
        "conversation": conversation,
        "contents": shares.contents_of(branch),
        "points": [(m.pk, m.role, first_words(m.text[:200])) for m in branch[::-1][:POINTS]],
        "days": shares.DAYS,
        "name": reader(request).name,
    }
    return render(request, "chat/_share.html", context)


@require_GET
def list_shares(request: HttpRequest) -> HttpResponse:
    page = Paginator(shares.shares_of(reader(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/shares.html", {"page": page, "is_on": settings.ENV.sharing})


@require_POST
def delete_share(request: HttpRequest, share_id: uuid.UUID) -> HttpResponse:
    shares.revoke(reader(request), share_id)
    return redirect("chat:list_shares")


@login_not_required
@require_GET
def show_share(request: HttpRequest, token: str) -> HttpResponse:
    """For everybody, and without a cookie; unknown, revoked and expired look alike."""
    share = shares.shared(token)
    if share is None:
        response = render(request, "shared/gone.html", status=404)
    else:
        told = [Told.of_snapshot(kept, share.name) for kept in share.snapshot]
        context = {"share": share, "messages_told": told, "token": token}
        response = render(request, "shared/page.html", context)
    for name, value in HEADERS.items():
        response[name] = value
    return response


@require_http_methods(["GET", "POST"])
def create_copy(request: HttpRequest, token: str) -> HttpResponse:
    share = shares.shared(token)
    if share is None:
        raise NotThere
    if request.method == "GET":
        return render(request, "chat/copy.html", {"share": share})
    copy = shares.go_on(reader(request), share)
    return redirect("chat:show_conversation", copy.pk)
