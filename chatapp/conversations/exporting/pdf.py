"""The branch that its owner sees, as a PDF."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from chatapp.conversations.exporting.elements import Element, elements_of
from chatapp.conversations.exporting.pieces import Piece
from chatapp.conversations.exporting.told import Told
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Unusable
from chatapp.rendering.links import is_allowed

TYPESETTER = "chatapp.conversations.exporting.typeset"
SECONDS = 180


def as_data(conversation: Conversation, messages: list[Element]) -> bytes:
    """What the typesetter is told."""
    at = f"{conversation.active_at:%Y-%m-%d %H:%M} UTC"
    told = {
        "title": str(conversation),
        "note": gettext("Last changed %(at)s. Answers were written by an AI and may be wrong.")
        % {"at": at},
        "foot": str(conversation)[:80],
        "messages": messages,
    }
    # Half pairs are no text to the typesetter; a question mark is what others show for them.
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def message_data(message: Message) -> Element:
    told = Told.of(message)
    sources: list[dict[str, Any]] = [
        {"number": n, "title": it.title, "url": it.url if is_allowed(it.url) else ""}
        for it, n in told.sources.items()
    ]
    return {
        "role": told.role,
        "who": told.who,
        "at": f"{told.at:%Y-%m-%d %H:%M}",
        "parts": list(_parts(told)),
        "sources": sources,
    }


def _parts(told: Told) -> Iterator[Element]:
    for piece, html, numbers in told.parts:
        yield {
            "kind": piece.kind,
            "label": _label(piece),
            "given": piece.given,
            "body": [piece.text] if piece.kind == "tool" else elements_of(html),
            "numbers": numbers,
        }


def _label(piece: Piece) -> str:
    if piece.kind == "thinking":
        return gettext("Thinking")
    if piece.kind == "file":
        return gettext("File: %(name)s") % {"name": piece.label}
    return piece.label


def typeset(data: bytes) -> bytes:
    """The PDF. Raises Unusable where it takes too long or too much memory."""
    command = [sys.executable, "-m", TYPESETTER]
    try:
        # Without our environment: no secret of ours is where people's texts are worked on.
        ran = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            cwd=settings.BASE_DIR,
            env={},
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        told = (error.stderr or b"").decode(errors="replace")
        raise Unusable(gettext("This conversation could not be set as a PDF.")) from RuntimeError(
            told[-2_000:]
        )
    return ran.stdout
