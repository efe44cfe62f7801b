"""Stepping in, speaking, handing back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations.access import opened, reader
from chatapp.errors import NotThere, Unusable
from chatapp.review.access import for_reviewers, reviewed_conversation
from chatapp.review.actions import takeovers
from chatapp.review.macros import filled
from chatapp.review.models import Macro
from chatapp.review.thread import mask_now, part, side_html, side_of


@require_POST
@for_reviewers
def create_takeover(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    takeovers.step_in(conversation_id, reader(request), request.POST.get("why", ""))
    return redirect("review:show_thread", conversation_id)


@require_POST
@for_reviewers
def delete_takeover(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    takeovers.hand_back(conversation_id, reader(request), request.POST.get("told", ""))
    return redirect("review:show_thread", conversation_id)


@require_POST
@for_reviewers
def create_reply(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """What the reviewer says; its article comes by the socket, as to everybody else."""
    person = reader(request)
    conversation = reviewed_conversation(person, conversation_id)
    given = request.POST.get("message_id", "")
    try:
        message_id = uuid.UUID(given) if given else uuid.uuid4()
    except ValueError:
        raise Unusable(
            gettext("This message has no valid id. Reload the page and send it again.")
        ) from None
    macro = _macro(request.POST.get("macro", ""))
    takeovers.say(conversation.pk, person, message_id, request.POST.get("text", ""), macro)
    if not request.headers.get("HX-Request"):
        return redirect("review:show_thread", conversation_id)
    return HttpResponse(part(side_html(side_of(person, conversation, mask_now()), person)))


@require_GET
@for_reviewers
def show_macro(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """A canned reply, filled in for this conversation."""
    person = reader(request)
    macro = _macro(request.GET.get("macro", ""))
    if macro is None:
        raise NotThere
    # The title is the owner's words, so a reply that may hold it is a look at the thread.
    conversation = opened(person, conversation_id, gettext_noop("a canned reply"))
    text = filled(macro, conversation, person, mask_now())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _macro(given: str) -> Macro | None:
    return Macro.objects.filter(pk=int(given[:9])).first() if given.isdecimal() else None
