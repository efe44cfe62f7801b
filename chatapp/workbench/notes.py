"""Notes on somebody's older messages, read and corrected by an admin, on record."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_noop

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.context.actions import correct_notes
from chatapp.context.models import Summary
from chatapp.context.shown import Shown, shown
from chatapp.conversations.access import opened
from chatapp.conversations.models import Conversation
from chatapp.errors import NotThere


@transaction.atomic
def opened_notes(reader: User, conversation_id: uuid.UUID) -> tuple[Conversation, Shown]:
    """The notes that stand for older messages now. Raises NotThere, ReasonWanted."""
    conversation = opened(reader, conversation_id, gettext_noop("its notes"))
    return conversation, shown(conversation)


@transaction.atomic
def mend_note(note_id: uuid.UUID, by: User, text: str) -> Summary:
    """Put other words in a note's place; its owner sees by whom, and can undo it.

    Raises NotThere, Unusable, TooLarge, and Conflict when it is no longer in use.
    """
    row = Summary.objects.select_related("conversation").filter(pk=note_id).first()
    if row is None:
        raise NotThere
    mended = correct_notes(row, text, by)
    # Not the words: they are the person's, and this record outlives them.
    record(by, "notes.corrected", row.conversation)
    return mended
