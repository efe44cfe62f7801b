"""Seeing what is masked: an act of its own, with a right of its own, on record."""

import uuid

from django.db import transaction

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, has_right
from chatapp.conversations.access import record_reading
from chatapp.errors import NotThere
from chatapp.generation.entries import entries
from chatapp.review.access import reviewed_message
from chatapp.review.thread import StaffEntry, mask_now, with_staff


@transaction.atomic
def uncovered(reader: User, message_id: uuid.UUID) -> StaffEntry:
    """One message as it was written. Raises NotThere, ReasonWanted."""
    if not has_right(reader, Right.UNCOVER):
        raise NotThere
    message = reviewed_message(reader, message_id)
    record_reading(reader, [message.conversation], f"uncovered message {message.pk}")
    plain = entries(message.conversation, [message])
    return with_staff(reader, message.conversation, plain, mask_now())[0]
