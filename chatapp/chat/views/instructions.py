"""What a person tells Claude of themselves, and whether it goes along; temporary chats."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from chatapp.chat.listing import item
from chatapp.chat.place import place_frames
from chatapp.conversations import actions
from chatapp.conversations.access import reader, visible_conversation
from chatapp.conversations.folders import instructions_of, save_instructions


@require_http_methods(["GET", "POST"])
def edit_instructions(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        context = {"told": instructions_of(reader(request).pk)}
        return render(request, "chat/instructions.html", context)
    texts = (request.POST.get("about", ""), request.POST.get("manner", ""))
    save_instructions(reader(request), texts, is_on=request.POST.get("is_on") == "1")
    messages.success(request, gettext("Saved. It holds from the next answer on."))
    return redirect("chat:edit_instructions")


@require_POST
def edit_instructed(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    actions.instruct(conversation, on=request.POST.get("on") == "1")
    return HttpResponse(place_frames(conversation))


@require_POST
def edit_keeping(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    actions.keep(conversation)
    return HttpResponse(item(conversation) + place_frames(conversation))
