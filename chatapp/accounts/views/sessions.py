"""Where a person is signed in."""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.devices import device
from chatapp.accounts.middleware import signed_in
from chatapp.errors import NotThere


@dataclass(frozen=True)
class Place:
    """A session, with its browser and device in words."""

    session: UserSession
    browser: str
    system: str
    is_this: bool


@require_GET
def list_sessions(request: HttpRequest) -> HttpResponse:
    rows = UserSession.objects.purge_and_list(signed_in(request))
    places = [
        Place(row, *device(row.user_agent), row.session_key == request.session.session_key)
        for row in sorted(rows, key=lambda row: row.last_seen_at, reverse=True)
    ]
    places.sort(key=lambda place: not place.is_this)
    return render(request, "account/sessions.html", {"places": places})


@require_POST
def delete_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own; its pages are told at once."""
    row = UserSession.objects.filter(user=signed_in(request), pk=session_id).first()
    if row is None:
        raise NotThere
    row.end()
    messages.success(request, gettext("Signed out there."))
    return redirect("account_sessions")


@require_POST
def delete_other_sessions(request: HttpRequest) -> HttpResponse:
    others = UserSession.objects.filter(user=signed_in(request))
    for row in others.exclude(session_key=request.session.session_key):
        row.end()
    messages.success(request, gettext("Signed out everywhere else."))
    return redirect("account_sessions")
