"""Files of a folder: put in, taken out, and listed with what they take of each request."""

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from chatapp.context import tokens
from chatapp.conversations.access import reader, visible_folder
from chatapp.conversations.files.actions import upload, withdraw
from chatapp.conversations.files.blocks import block_of
from chatapp.conversations.files.of_folders import files_of, put_into, take_out
from chatapp.conversations.models import Folder
from chatapp.errors import ChatappError, Unusable
from chatapp.generation.entries import ShownFile


def listed(folder: Folder) -> dict[str, Any]:
    """The files of a folder, for its page; `tokens` is an estimate."""
    files = files_of(folder.pk)
    return {
        "folder": folder,
        "files": [ShownFile(file, file.name) for file in files],
        "tokens": tokens.of_blocks(block_of(file) for file in files),
    }


@require_POST
def create_folder_file(request: HttpRequest, folder_id: uuid.UUID) -> HttpResponse:
    person, folder = reader(request), visible_folder(reader(request), folder_id)
    given = request.FILES.getlist("file")
    if not given:
        raise Unusable(gettext("There is no file in this upload."))
    for each in given:
        assert isinstance(each, UploadedFile)
        file = upload(person, uuid.uuid4(), each)
        try:
            put_into(folder, file)
        except ChatappError:
            withdraw(person, file.pk)
            raise
    return _shown(request, folder)


@require_POST
@transaction.atomic
def delete_folder_file(
    request: HttpRequest, folder_id: uuid.UUID, kept_id: uuid.UUID
) -> HttpResponse:
    folder = visible_folder(reader(request), folder_id)
    take_out(folder, kept_id)
    return _shown(request, folder)


def _shown(request: HttpRequest, folder: Folder) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "chat/_folder_files.html", listed(folder))
    return redirect("chat:show_folder", folder.pk)
