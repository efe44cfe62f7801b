"""The bytes of files in the place of their stand-ins: the last thing before a request goes out."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from chatapp.claude import Request
from chatapp.conversations.files import storage
from chatapp.conversations.files.blocks import stand_in
from chatapp.errors import ChatappError


class FileGone(ChatappError):
    status = 409


def filled(request: Request) -> Request:
    """The request as Claude takes it; the same one where no files are in it.

    Each stand-in gives way to the bytes of that digest, so the recorded request and the
    stored files tell every byte that is sent. Raises FileGone.
    """
    if not has_files(request):
        return request
    return replace(request, messages=[_filled(message) for message in request.messages])


def has_files(request: Request) -> bool:
    return any(map(_has_files, request.messages))


def _has_files(message: Mapping[str, Any]) -> bool:
    content = message["content"]
    return isinstance(content, list) and any(stand_in(block) for block in content)


def _filled(message: dict[str, Any]) -> dict[str, Any]:
    if not _has_files(message):
        return message
    return {**message, "content": [_whole(block) for block in message["content"]]}


def _whole(block: dict[str, Any]) -> dict[str, Any]:
    data = stand_in(block)
    if data is None:
        return block
    found = bytes_of(data)
    is_text = block["source"]["type"] == "text"
    sent = found.decode() if is_text else base64.b64encode(found).decode("ascii")
    return {**block, "source": {**block["source"], "data": sent}}


def bytes_of(data: Mapping[str, Any]) -> bytes:
    """Raises FileGone where what is stored is not what was sent before."""
    try:
        found = storage.read(uuid.UUID(data["file"]))
    except OSError:
        found = b""
    if hashlib.sha256(found).hexdigest() != data["sha256"]:
        raise FileGone(
            _("The file “{name}” is no longer stored, so Claude cannot read it.").format(
                name=data["name"]
            )
        )
    return found


def text_of(block: Mapping[str, Any]) -> str:
    """The words of a text file; nothing of others, or of one that is gone."""
    data = stand_in(block)
    if data is None or block["source"]["type"] != "text":
        return ""
    try:
        return bytes_of(data).decode()
    except FileGone:
        return ""
