"""A conversation of somebody as a file: masked, and on record."""

import uuid

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from chatapp.accounts.models import User
from chatapp.conversations.access import opened
from chatapp.conversations.models import Message
from chatapp.review.thread import mask_now


@transaction.atomic
def as_markdown(reader: User, conversation_id: uuid.UUID) -> str:
    """What the owner sees, without notes of the staff. Raises NotThere, ReasonWanted."""
    conversation = opened(reader, conversation_id, gettext_noop("an export"))
    mask = mask_now()
    path = Message.objects.path_to(conversation.current_leaf_id)
    parts = [f"# {mask(str(conversation))}"]
    parts += [f"## {_who(m)}, {m.created_at:%Y-%m-%d %H:%M} UTC\n\n{mask(m.text)}" for m in path]
    return "\n\n".join(parts) + "\n"


def _who(message: Message) -> str:
    if message.takeover:
        return gettext("%(name)s (a person)") % {"name": message.takeover.name}
    if message.role == Message.Role.USER:
        return gettext("User")
    return gettext("Assistant (%(model)s)") % {"model": message.model}
