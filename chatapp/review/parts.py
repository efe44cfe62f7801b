"""What the support room adds to the archive of all that a person has here: notes, if so set."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from chatapp.accounts.models import User
from chatapp.conversations.exporting.parts import register
from chatapp.review.models import Note


def notes_of(user: User) -> Iterator[dict[str, Any]]:
    """What colleagues noted beside the person's threads, without who wrote it."""
    if not settings.ENV.export_notes:
        return
    rows = Note.objects.filter(conversation__owner=user).order_by("created_at")
    for note in list(rows):
        yield {
            "conversation": str(note.conversation_id),
            "message": note.message_id and str(note.message_id),
            "at": note.created_at.isoformat(),
            "text": note.text,
        }


register("notes.json", notes_of)
