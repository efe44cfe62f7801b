"""Conversations as JSON: all that there is, in the documented form of docs/export.md."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from chatapp.conversations.models import Conversation, Feedback, Message

FORMAT = "chatapp.conversations"
VERSION = 1  # goes up when a reader of the one before would go wrong


def document(conversations: Iterable[Conversation]) -> Iterator[str]:
    """The text of the file, in pieces, with no more than one conversation in memory."""
    head = {"format": FORMAT, "version": VERSION, "exported_at": moment(timezone.now())}
    yield json.dumps(head)[:-1] + ', "conversations": ['
    for at, conversation in enumerate(conversations):
        yield (",\n" if at else "\n") + json.dumps(as_data(conversation), ensure_ascii=False)
    yield "\n]}\n"


def as_data(conversation: Conversation) -> dict[str, Any]:
    """The whole tree of a conversation, each message after its parent; two queries."""
    rows = Message.objects.filter(conversation=conversation).select_related("takeover")
    messages = list(rows.order_by("created_at", "revision", "-role"))
    thumbs = Feedback.objects.filter(
        message__conversation=conversation, person=conversation.owner_id
    )
    judged = {thumb.message_id: thumb for thumb in thumbs}
    return {
        "id": str(conversation.pk),
        "title": conversation.title,
        "model": conversation.model,
        "prompt": conversation.prompt.name if conversation.prompt else None,
        "created_at": moment(conversation.created_at),
        "active_at": moment(conversation.active_at),
        "pinned_at": moment(conversation.pinned_at),
        "archived_at": moment(conversation.archived_at),
        "current_message": _key(conversation.current_leaf_id),
        "messages": [_message(message, judged.get(message.pk)) for message in messages],
    }


def _message(message: Message, thumb: Feedback | None) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "parent": _key(message.parent_id),
        "role": message.role,
        "author": message.takeover.name if message.takeover else None,
        "created_at": moment(message.created_at),
        "model": message.model or None,
        "status": message.status,
        "stop_reason": message.stop_reason or None,
        "text": message.text,
        "content": message.content,
        "seams": message.seams,
        "feedback": thumb and _feedback(thumb),
    }


def _feedback(thumb: Feedback) -> dict[str, Any]:
    return {
        "verdict": thumb.verdict,
        "reason": thumb.reason or None,
        "comment": thumb.comment or None,
        "at": moment(thumb.changed_at),
    }


def _key(value: object) -> str | None:
    return str(value) if value else None


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
