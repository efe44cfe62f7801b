"""What a person can do with an answer: stop it, try again, go on, read its source."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations.access import reader, visible_message
from chatapp.conversations.models import Message
from chatapp.errors import NotThere
from chatapp.generation import actions
from chatapp.generation.entries import article, entries
from chatapp.generation.models import Run


@require_POST
def create_stop(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    run = Run.objects.visible_to(reader(request)).filter(pk=run_id).first()
    if run is None:
        raise NotThere
    actions.stop(run)
    return articles([visible_message(reader(request), run.message_id)])


@require_POST
def create_retry(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    return articles([actions.retry(visible_message(reader(request), message_id))])


@require_POST
def create_continuation(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    return articles([actions.go_on(visible_message(reader(request), message_id))])


@require_GET
def show_text(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The message as it was written, in Markdown: what Copy copies."""
    message = visible_message(reader(request), message_id)
    return HttpResponse(message.text, content_type="text/plain; charset=utf-8")


def articles(messages: list[Message]) -> HttpResponse:
    """The fragments of messages of one conversation."""
    conversation = messages[0].conversation
    conversation.refresh_from_db()
    shown = entries(conversation, messages)
    return HttpResponse("".join(article(entry) for entry in shown))
