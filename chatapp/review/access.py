"""Who may enter the room, and what is fetched there by right."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from chatapp.accounts.models import User
from chatapp.accounts.roles import can_review
from chatapp.conversations.access import reader
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import NotThere
from chatapp.review.models import Item

View = Callable[..., HttpResponseBase]


def for_reviewers(view: View) -> View:
    """Anybody else is answered as if there were no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_review(reader(request)):
            raise NotThere
        return view(request, *args, **kwargs)

    return guarded


def reviewed_conversation(user: User, conversation_id: uuid.UUID) -> Conversation:
    """To act on; its content is let out by `thread.py` alone, on record. Raises NotThere."""
    rows = Conversation.objects.open_to_staff(user).select_related("owner", "prompt")
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        raise NotThere
    return found


def reviewed_message(user: User, message_id: uuid.UUID) -> Message:
    """The same for one message."""
    rows = Message.objects.filter(conversation__in=Conversation.objects.open_to_staff(user))
    found = rows.select_related("conversation__owner", "parent").filter(pk=message_id).first()
    if found is None:
        raise NotThere
    return found


def reviewed_item(user: User, item_id: uuid.UUID) -> Item:
    """Raises NotThere."""
    found = Item.objects.readable_by(user).filter(pk=item_id).first()
    if found is None:
        raise NotThere
    return found
