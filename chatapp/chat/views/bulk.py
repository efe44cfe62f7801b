"""The same done to the conversations that were ticked in the list."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from chatapp.accounts.models import User
from chatapp.chat.listing import key_of
from chatapp.chat.live import refreshes
from chatapp.conversations import many, transfers
from chatapp.conversations.access import reader, visible_folder
from chatapp.conversations.folders import folders_of
from chatapp.conversations.tags import tags_of
from chatapp.conversations.tasks import work_off_later
from chatapp.errors import Unusable
from chatapp.generation.removal import delete_many


@require_http_methods(["GET", "POST"])
def edit_conversations(request: HttpRequest) -> HttpResponse:
    """POST does what `do` says; GET asks what has to be known for that first."""
    person = reader(request)
    if request.method == "GET":
        context = {
            "do": request.GET.get("do", ""),
            "folders": folders_of(person),
            "own_tags": tags_of(person),
        }
        return render(request, "chat/_many.html", context)
    ids = many.chosen(person, request.POST.getlist("conversation"))
    if request.POST.get("do") == "export":
        work_off_later(transfers.begin_chosen(person, ids).pk)
        return HttpResponseClientRedirect(reverse("chat:list_transfers"))
    _do(person, ids, request.POST)
    return HttpResponse(refreshes("conversations", "folders", "folder"))


def _do(person: User, ids: Sequence[UUID], given: QueryDict) -> None:
    match given.get("do"):
        case "archive" | "unarchive" as verb:
            many.archive_many(person, ids, on=verb == "archive")
        case "move":
            folder = given.get("folder", "")
            target = visible_folder(person, key_of(folder)) if folder else None
            many.move_many(person, ids, target)
        case "tag":
            many.tag_many(person, ids, given.get("names", ""))
        case "delete":
            delete_many(person.pk, ids)
        case _:
            raise Unusable(gettext("This is not known here. Reload the page."))
