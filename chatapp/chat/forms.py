"""What the composer sends."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest

from chatapp.conversations.ids import given_id


@dataclass(frozen=True)
class MessageFields:
    message_id: uuid.UUID
    text: str
    model: str


def message_fields(request: HttpRequest) -> MessageFields:
    """Raises Unusable when the id is not one."""
    message_id = given_id(request.POST.get("message_id", ""))
    return MessageFields(message_id, request.POST.get("text", ""), request.POST.get("model", ""))
