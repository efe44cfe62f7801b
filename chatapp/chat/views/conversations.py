"""Pages and small changes of conversations."""

import uuid
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from chatapp.chat.choosing import asked_prompt, choice
from chatapp.chat.forms import message_fields, wishes
from chatapp.chat.listing import item, key_of, listing, sidebar
from chatapp.chat.models_offered import new_chat, picker_for
from chatapp.chat.place import has_instructions, place_of
from chatapp.chat.search import words_in
from chatapp.context.actions import compact_later
from chatapp.context.shown import Shown, is_cold, shown
from chatapp.conversations import actions
from chatapp.conversations.access import reader, visible_conversation, visible_folder
from chatapp.conversations.files import limits
from chatapp.conversations.models import Conversation
from chatapp.errors import NotThere
from chatapp.generation import windows
from chatapp.generation.actions import begin_conversation, delete
from chatapp.generation.help import help_in
from chatapp.generation.waiting import waiting_in
from chatapp.usage.budgets import states_of


@require_GET
def new_conversation(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_GET
def show_conversation(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if conversation.is_trial:
        return redirect(f"{reverse('workbench:show_playground')}?trial={conversation.pk}")
    return _page(request, conversation)


@require_POST
def create_conversation(request: HttpRequest) -> HttpResponse:
    fields = message_fields(request)
    person = reader(request)
    prompt = asked_prompt(person, request.POST.get("prompt", ""))
    conversation = begin_conversation(
        person,
        fields.message_id,
        fields.text,
        fields.model,
        wishes(request, prompt),
        fields.files,
    )
    address = reverse("chat:show_conversation", args=[conversation.pk])
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


@require_GET
def list_conversations(request: HttpRequest) -> HttpResponse:
    shown = listing(
        reader(request),
        words=request.GET.get("q", ""),
        before=request.GET.get("before", ""),
        archived=request.GET.get("archived") == "1",
        folder=request.GET.get("folder", ""),
        tag=request.GET.get("tag", ""),
    )
    return render(request, "chat/_conversation_list.html", {"listing": shown})


@require_http_methods(["GET", "POST"])
def edit_title(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        return render(request, "chat/_rename.html", {"conversation": conversation})
    actions.rename(conversation, request.POST.get("title", ""))
    return HttpResponse(item(conversation))


@require_POST
def edit_pin(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    actions.pin(conversation, on=request.POST.get("on") == "1")
    return HttpResponse(item(conversation))


@require_POST
def edit_archive(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    actions.archive(conversation, on=request.POST.get("on") == "1")
    return HttpResponse()


@require_http_methods(["GET", "POST"])
def delete_conversation(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        return render(request, "chat/_delete.html", {"conversation": conversation})
    delete(conversation)
    return HttpResponseClientRedirect(reverse("chat:new_conversation"))


def _shown(request: HttpRequest, conversation: Conversation, memory: Shown) -> windows.Shown:
    """The end of the thread, all of it, or what stands around the message that is asked for."""
    divider = memory.ends_after
    if asked := request.GET.get("message", ""):
        # What is there no more is no reason to refuse the rest.
        with suppress(ValueError, NotThere):
            return windows.opened_at(conversation, uuid.UUID(asked), divider)
    is_whole = request.GET.get("all") == "1"
    return windows.Shown([windows.newest(conversation, divider, is_whole=is_whole)])


def _page(request: HttpRequest, conversation: Conversation | None) -> HttpResponse:
    memory = shown(conversation) if conversation else None
    offer = None if conversation else choice(reader(request), request.GET.get("prompt", ""))
    version = memory.version if memory else offer.version if offer else None
    if conversation and memory and is_cold(conversation, memory):
        compact_later(conversation.pk, "return")
    context = {
        "conversation": conversation,
        "shown": _shown(request, conversation, memory) if conversation and memory else None,
        "found_words": words_in(request.GET.get("words", "")),
        "memory": memory,
        "help": help_in([conversation.pk])[conversation.pk] if conversation else None,
        "waiting": waiting_in([conversation.pk])[conversation.pk] if conversation else None,
        "budgets": [state for state in states_of(reader(request)) if state.is_low],
        **sidebar(reader(request)),
        **(_beginning(request) if conversation is None else {"place": place_of(conversation)}),
        "choice": offer,
        "picker": picker_for(conversation or new_chat(), version),
        "max_length": settings.MESSAGE_MAX_CHARACTERS,
        "file_limits": limits,
    }
    return render(request, "chat/conversation.html", context)


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """What a new chat may be given, as the address asks for it. Raises NotThere, Unusable."""
    folder = request.GET.get("folder", "")
    return {
        "folder": visible_folder(reader(request), key_of(folder)) if folder else None,
        "is_temporary": request.GET.get("temporary") == "1",
        "has_instructions": has_instructions(reader(request).pk),
    }
