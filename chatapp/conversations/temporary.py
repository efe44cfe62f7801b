"""Temporary chats: in no list, search or sample, and gone after a day."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from chatapp.conversations.models import (
    Conversation,
    ConversationQuerySet,
    Flag,
    HelpRequest,
    Takeover,
)


def over(now: datetime) -> ConversationQuerySet:
    """Those whose day is over and that nobody of the staff was called to a moment ago.

    What the support room has taken up it knows itself.
    """
    of_it = Q(conversation=OuterRef("pk"))
    waits = Exists(Flag.objects.filter(of_it, taken_at=None))
    wanted = Exists(HelpRequest.objects.filter(of_it, ended_at=None))
    taken = Exists(Takeover.objects.running().filter(of_it))
    return Conversation.objects.filter(~waits, ~wanted, ~taken, expires_at__lte=now)
