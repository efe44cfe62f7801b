"""Changing what a person settles of a chat while it goes on: from the next answer on."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from chatapp.accounts.models import User
from chatapp.conversations.actions import announce_options, locked
from chatapp.conversations.models import Conversation
from chatapp.generation.actions import checked_model


@transaction.atomic
def set_options(
    by: User, conversation_id: uuid.UUID, model: str, wishes: Mapping[str, Any]
) -> Conversation:
    """Keep the model, if one is named, and those fields of `Wishes` that are given.

    Raises NotThere, and Unusable for a model that is not offered.
    """
    conversation = locked(conversation_id, by)
    if model not in ("", conversation.model):
        conversation.model = checked_model(model)
    for name, value in wishes.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=["model", *wishes])
    announce_options(conversation)
    return conversation
