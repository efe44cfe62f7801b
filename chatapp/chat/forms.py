"""What the composer sends."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest

from chatapp.errors import Unusable


@dataclass(frozen=True)
class MessageFields:
    message_id: uuid.UUID
    text: str
    model: str


def message_fields(request: HttpRequest) -> MessageFields:
    """Raises Unusable when the id is not one.

    A browser without script sends none; it cannot send the same form twice unseen
    either, so it gets a fresh one.
    """
    given = request.POST.get("message_id", "")
    try:
        message_id = uuid.UUID(given) if given else uuid.uuid4()
    except ValueError:
        raise Unusable("This message has no valid id. Reload the page and send it again.") from None
    return MessageFields(message_id, request.POST.get("text", ""), request.POST.get("model", ""))
