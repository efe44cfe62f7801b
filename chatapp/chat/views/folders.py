"""Folders: at the side, as a page, and the folder of one conversation."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.chat.answers import to
from chatapp.chat.listing import item, key_of, listing, sidebar
from chatapp.chat.live import refreshes
from chatapp.chat.place import place_frames
from chatapp.chat.views.folder_files import listed
from chatapp.conversations import actions
from chatapp.conversations.access import reader, visible_conversation, visible_folder
from chatapp.conversations.folders import folders_of, save_folder
from chatapp.conversations.models import Folder
from chatapp.conversations.tags import tags_of
from chatapp.generation.removal import delete_folder as remove


@require_GET
def list_folders(request: HttpRequest) -> HttpResponse:
    context = {"folders": folders_of(reader(request)), "own_tags": tags_of(reader(request))}
    return render(request, "chat/_folders.html", context)


@require_http_methods(["GET", "POST"])
def create_folder(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "chat/_new_folder.html")
    folder = Folder(owner=reader(request))
    save_folder(folder, request.POST.get("name", ""), request.POST.get("instructions", ""))
    return to(request, "chat:show_folder", folder.pk)


@require_GET
def show_folder(request: HttpRequest, folder_id: uuid.UUID) -> HttpResponse:
    person, folder = reader(request), visible_folder(reader(request), folder_id)
    inside = listing(person, folder=str(folder.pk), before=request.GET.get("before", ""))
    context = {"folder": folder, "inside": inside}
    if request.headers.get("HX-Request"):
        return render(request, "chat/_folder_chats.html", context)
    return render(request, "chat/folder.html", {**sidebar(person), **context, **listed(folder)})


@require_POST
def edit_folder(request: HttpRequest, folder_id: uuid.UUID) -> HttpResponse:
    folder = visible_folder(reader(request), folder_id)
    save_folder(folder, request.POST.get("name", ""), request.POST.get("instructions", ""))
    return to(request, "chat:show_folder", folder.pk)


@require_http_methods(["GET", "POST"])
def delete_folder(request: HttpRequest, folder_id: uuid.UUID) -> HttpResponse:
    folder = visible_folder(reader(request), folder_id)
    if request.method == "GET":
        return render(request, "chat/_delete_folder.html", {"folder": folder})
    remove(folder, with_chats=request.POST.get("chats") == "delete")
    return to(request, "chat:new_conversation")


@require_http_methods(["GET", "POST"])
def edit_place(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        context = {"conversation": conversation, "folders": folders_of(reader(request))}
        return render(request, "chat/_move.html", context)
    given = request.POST.get("folder", "")
    folder = visible_folder(reader(request), key_of(given)) if given else None
    actions.move(conversation, folder)
    # The row may be of another conversation than the page: that asks for its own place.
    return HttpResponse(item(conversation) + refreshes("folders", f"place-{conversation.pk}"))


@require_GET
def show_place(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    return HttpResponse(place_frames(conversation))
