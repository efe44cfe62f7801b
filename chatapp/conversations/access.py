"""The one question of access: someone else's and missing answer alike."""

import uuid

from django.http import HttpRequest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import NotThere


def reader(request: HttpRequest) -> User:
    """The signed-in person; login is required of every page that asks."""
    assert isinstance(request.user, User)
    return request.user


def visible_conversation(user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises NotThere when it is missing or not theirs."""
    rows = Conversation.objects.visible_to(user).select_related("prompt")
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        raise NotThere
    return found


def visible_message(user: User, message_id: uuid.UUID) -> Message:
    """Raises NotThere when it is missing or not theirs."""
    found = (
        Message.objects.visible_to(user)
        .select_related("conversation")
        .filter(pk=message_id)
        .first()
    )
    if found is None:
        raise NotThere
    return found
