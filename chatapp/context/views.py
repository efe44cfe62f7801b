"""What a person can do with the notes that stand for older messages."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.context import actions
from chatapp.context.shown import is_cold, memory_frame, shown
from chatapp.conversations.access import reader, visible_conversation, visible_message
from chatapp.conversations.models import Conversation


@require_http_methods(["GET", "POST"])
def edit_notes(request: HttpRequest, summary_id: uuid.UUID) -> HttpResponse:
    row = actions.visible_notes(reader(request), summary_id)
    if request.method == "GET":
        return render(request, "context/_note_form.html", {"row": row})
    actions.correct_notes(row, request.POST.get("text", ""), reader(request))
    return _memory(row.conversation)


@require_POST
def delete_correction(request: HttpRequest, summary_id: uuid.UUID) -> HttpResponse:
    row = actions.visible_notes(reader(request), summary_id)
    actions.undo_correction(row)
    return _memory(row.conversation)


@require_POST
def create_notes(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    actions.compact_later(conversation.pk, "hand")
    return HttpResponse(status=204)


@require_POST
def create_return(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Somebody types again: have notes ready before they send."""
    conversation = visible_conversation(reader(request), conversation_id)
    if is_cold(conversation, shown(conversation)):
        actions.compact_later(conversation.pk, "return")
    return HttpResponse(status=204)


@require_POST
def create_protection(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    message = visible_message(reader(request), message_id)
    actions.protect(message, reader(request))
    return _memory(message.conversation)


@require_POST
def delete_protection(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    message = visible_message(reader(request), message_id)
    actions.unprotect(message)
    return _memory(message.conversation)


@require_GET
def show_notes(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The divider, the notes and the panel, as the page applies them."""
    return _memory(visible_conversation(reader(request), conversation_id))


def _memory(conversation: Conversation) -> HttpResponse:
    return HttpResponse(memory_frame(conversation))
