"""Sending a message: the beginning of the way of one message."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from chatapp.chat.forms import message_fields
from chatapp.conversations.access import reader
from chatapp.generation.actions import send
from chatapp.generation.views import articles, waiting_news


@require_POST
def create_message(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    fields = message_fields(request)
    shown = send(
        reader(request),
        conversation_id,
        fields.message_id,
        fields.text,
        fields.model,
        fields.files,
    )
    if not request.headers.get("HX-Request"):
        return redirect("chat:show_conversation", conversation_id)
    if not shown:
        return waiting_news(conversation_id)
    return articles(shown)
