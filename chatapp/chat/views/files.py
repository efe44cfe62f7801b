"""Uploading files, and getting them back: never as something that a browser would run."""

import uuid
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from chatapp.chat.forms import file_ids
from chatapp.conversations.access import opened_file, reader
from chatapp.conversations.files import storage
from chatapp.conversations.files.actions import download_of, unsent, upload, withdraw
from chatapp.conversations.files.limits import FILES_UNSENT
from chatapp.conversations.models import StoredFile
from chatapp.errors import NotThere, Unusable
from chatapp.generation.entries import ShownFile

# Wherever a browser shows it after all, it runs nothing, loads nothing and has no origin.
POLICY = "default-src 'none'; sandbox"
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@require_POST
def create_file(request: HttpRequest) -> HttpResponse:
    ids, given = file_ids(request.POST.getlist("id")), request.FILES.get("file")
    if len(ids) != 1 or not isinstance(given, UploadedFile):
        raise Unusable(gettext("There is no file in this upload."))
    return _chips(request, [upload(reader(request), ids[0], given)])


@require_GET
def list_files(request: HttpRequest) -> HttpResponse:
    """Those of a draft that still wait to be sent."""
    ids = file_ids(request.GET.getlist("id")[:FILES_UNSENT])
    return _chips(request, unsent(reader(request), ids))


@require_POST
def delete_file(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Take back an upload that is in no message yet."""
    withdraw(reader(request), upload_id)
    return HttpResponse(status=204)


@require_GET
def show_file(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """The file as it was uploaded; an image as it was made anew."""
    file = opened_file(reader(request), file_id)
    is_known = file.kind != StoredFile.Kind.TEXT
    kind = file.media_type if is_known else "application/octet-stream"
    return _sent(file, download_of(file.kind), kind, download=_name(file))


@require_GET
def show_thumbnail(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    file = opened_file(reader(request), file_id)
    if file.kind != StoredFile.Kind.IMAGE:
        raise NotThere
    return _sent(file, storage.THUMB, "image/webp")


@require_GET
def show_file_text(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """What Claude is given of a text or an Office document."""
    file = opened_file(reader(request), file_id)
    if file.kind != StoredFile.Kind.TEXT:
        raise NotThere
    return _sent(file, storage.SENT, "text/plain; charset=utf-8")


def _chips(request: HttpRequest, files: list[StoredFile]) -> HttpResponse:
    shown = [ShownFile(file, file.name) for file in files]
    return render(request, "chat/_uploads.html", {"uploads": shown})


def _name(file: StoredFile) -> str:
    """An image that was made anew has the ending of what it is now."""
    return PurePath(file.name).stem + ENDINGS.get(file.media_type, PurePath(file.name).suffix)


def _sent(file: StoredFile, part: str, kind: str, download: str = "") -> FileResponse:
    """Raises NotThere where the bytes are gone."""
    try:
        content = storage.opened(file.pk, part)
    except OSError:
        raise NotThere from None
    # Without a name Django would tell the one in the storage.
    name = download or part
    response = FileResponse(content, as_attachment=bool(download), filename=name, content_type=kind)
    response.headers["Content-Security-Policy"] = POLICY
    return response
