"""The tags of a conversation."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chatapp.chat.live import refreshes
from chatapp.conversations.access import reader, visible_conversation
from chatapp.conversations.tags import set_tags, tags_of, tags_on


@require_http_methods(["GET", "POST"])
def edit_tags(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        context = {
            "conversation": conversation,
            "own_tags": tags_of(reader(request)),
            "on": tags_on(conversation),
        }
        return render(request, "chat/_tags.html", context)
    set_tags(conversation, request.POST.getlist("tag"), request.POST.get("names", ""))
    return HttpResponse(refreshes("folders", f"place-{conversation.pk}"))
