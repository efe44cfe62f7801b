"""Where a conversation stands, and what goes along with it: the top of its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from chatapp.conversations.folders import instructions_of
from chatapp.conversations.models import Conversation, Flag, OwnTag
from chatapp.conversations.tags import tags_on
from chatapp.live.frames import frame_of
from chatapp.review.models import Item


@dataclass(frozen=True)
class Place:
    """The context of `_place.html` and `_temporary.html`."""

    conversation: Conversation
    tags: Sequence[OwnTag]
    has_instructions: bool
    is_held: bool  # a temporary chat that the support team is not done with


def place_of(conversation: Conversation) -> Place:
    return Place(
        conversation,
        tags_on(conversation),
        has_instructions(conversation.owner_id),
        conversation.expires_at is not None and _is_held(conversation),
    )


def has_instructions(owner_id: int) -> bool:
    """Whether there is anything that a switch could switch."""
    told = instructions_of(owner_id)
    return told.is_on and bool(told.about or told.manner)


def place_frames(conversation: Conversation) -> str:
    """The same fragments as in the page."""
    context = {"place": place_of(conversation)}
    fragments = ("chat/_place.html", "chat/_temporary.html")
    return "".join(frame_of("part", render_to_string(name, context)) for name in fragments)


def _is_held(conversation: Conversation) -> bool:
    """From the flag on; the room takes it up within seconds."""
    if Item.objects.unresolved().filter(conversation=conversation).exists():
        return True
    return Flag.objects.filter(conversation=conversation, taken_at=None).exists()
