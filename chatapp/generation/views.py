"""What a person can do with an answer: stop it, try again, go on, judge it, read its source."""

import uuid
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations import feedback
from chatapp.conversations.access import reader, visible_conversation, visible_message
from chatapp.conversations.handover import ask_for_person, withdraw_request
from chatapp.conversations.models import Feedback, Message
from chatapp.errors import NotThere
from chatapp.generation import actions
from chatapp.generation.entries import Entry, article, entries
from chatapp.generation.help import help_frame, help_in
from chatapp.generation.models import Run
from chatapp.generation.record import opened_record


@require_POST
def create_stop(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    mine = Run.objects.visible_to(reader(request)).select_related("message__conversation")
    run = mine.filter(pk=run_id).first()
    if run is None:
        raise NotThere
    actions.stop(run)
    return articles(_of(run.message))


@require_POST
def create_retry(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    return articles(_of(actions.retry(visible_message(reader(request), message_id))))


@require_POST
def create_continuation(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    return articles(_of(actions.go_on(visible_message(reader(request), message_id))))


@require_GET
def show_text(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The message as it was written, in Markdown: what Copy copies."""
    message = visible_message(reader(request), message_id)
    return HttpResponse(message.text, content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def edit_feedback(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The dialogue that asks why, and the thumb itself."""
    message = visible_message(reader(request), message_id)
    if request.method == "GET":
        found = Feedback.objects.filter(message=message, person=reader(request)).first()
        if found is None:
            raise NotThere
        reasons = Feedback.REASONS[Feedback.Verdict(found.verdict)]
        context = {"feedback": found, "reasons": reasons}
        return render(request, "generation/_why.html", context)
    told = [request.POST.get(name, "") for name in ("verdict", "reason", "comment")]
    feedback.judge(message, reader(request), *told)
    return articles(_of(message))


@require_POST
def delete_feedback(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    message = visible_message(reader(request), message_id)
    feedback.withdraw(message, reader(request))
    return articles(_of(message))


@require_http_methods(["GET", "POST"])
def create_help_request(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The dialogue that asks what it is about, and the request for a person itself."""
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        return render(request, "generation/_ask.html", {"conversation_id": conversation.pk})
    ask_for_person(conversation.pk, reader(request), request.POST.get("why", ""))
    return _help(conversation.pk)


@require_POST
def delete_help_request(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    withdraw_request(conversation.pk)
    return _help(conversation.pk)


def _help(conversation_id: uuid.UUID) -> HttpResponse:
    return HttpResponse(help_frame(help_in([conversation_id])[conversation_id]))


@require_GET
def show_request(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """What Claude saw for one answer, in its last round or the one that is asked for."""
    asked = request.GET.get("round", "")
    number = None if not asked else int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    found = opened_record(reader(request), run_id, number)
    return render(request, "generation/request.html", {"opened": found})


def articles(shown: Iterable[Entry]) -> HttpResponse:
    """The fragments of those messages, as the page applies them."""
    return HttpResponse("".join(article(entry) for entry in shown))


def _of(message: Message) -> list[Entry]:
    message.refresh_from_db()
    return entries(message.conversation, [message])
