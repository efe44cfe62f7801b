"""What the owner is shown of persons: that one can be asked for, is wanted, or is there."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string

from chatapp.conversations.models import HelpRequest, Takeover
from chatapp.live.frames import frame_of


@dataclass(frozen=True)
class Help:
    """Of one conversation: the context of `generation/_help.html`."""

    conversation_id: uuid.UUID
    takeover: Takeover | None
    wanted: HelpRequest | None


def help_in(conversation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Help]:
    """For each of the conversations; two queries."""
    ids = list(conversation_ids)
    there = {t.conversation_id: t for t in Takeover.objects.running().filter(conversation__in=ids)}
    open_requests = HelpRequest.objects.filter(conversation__in=ids, ended_at=None)
    wanted = {request.conversation_id: request for request in open_requests}
    return {pk: Help(pk, there.get(pk), wanted.get(pk)) for pk in ids}


def help_frame(shown: Help) -> str:
    """The same fragment as in the page."""
    return frame_of("part", render_to_string("generation/_help.html", {"help": shown}))
