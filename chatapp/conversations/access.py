"""The one question of access: someone else's and missing answer alike.

One's own is simply visible. What belongs to others is opened by right, and each look at
it leaves a ReadRecord in the transaction that lets the content out.
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Flag, Message, ReadRecord
from chatapp.errors import NotThere, ReasonWanted, Unusable


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


@transaction.atomic
def opened(reader: User, conversation_id: uuid.UUID, what: str) -> Conversation:
    """Somebody else's conversation, by right and on record; one's own without.

    Raises NotThere, and ReasonWanted where nobody said why yet.
    """
    rows = Conversation.objects.select_related("owner", "prompt")
    mine = rows.visible_to(reader).filter(pk=conversation_id).first()
    if mine:
        return mine
    found = rows.open_to_staff(reader).filter(pk=conversation_id).first()
    if found is None:
        raise NotThere
    record_reading(reader, [found], what)
    return found


@transaction.atomic
def record_reading(reader: User, conversations: Iterable[Conversation], what: str) -> None:
    """Write down that the person is about to be shown these conversations of others.

    Raises ReasonWanted where nobody said why yet.
    """
    lines = [
        ReadRecord(
            reader=reader,
            reader_name=reader.email,
            owner_id=conversation.owner_id,
            conversation=conversation,
            what=what,
            why=standing_reason(reader, conversation),
        )
        for conversation in conversations
        if conversation.owner_id != reader.pk
    ]
    for line in lines:
        if not line.why and line.conversation_id:
            raise ReasonWanted(line.conversation_id)
    ReadRecord.objects.bulk_create(lines)


def standing_reason(reader: User, conversation: Conversation) -> str:
    """Why the person reads it: what was said today, or what it was flagged for; else nothing."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    said = ReadRecord.objects.filter(reader=reader, conversation=conversation, at__gte=today)
    if line := said.exclude(why="").order_by("-at").first():
        return line.why
    flag = Flag.objects.filter(conversation=conversation).order_by("-at", "-pk").first()
    return f"Flagged: {flag.get_kind_display()}" if flag else ""


@transaction.atomic
def give_reason(reader: User, conversation_id: uuid.UUID, why: str) -> None:
    """Say why one is about to read; holds until midnight (UTC). Raises NotThere, Unusable."""
    rows = Conversation.objects.open_to_staff(reader).select_related("owner")
    conversation = rows.filter(pk=conversation_id).first()
    if conversation is None:
        raise NotThere
    why = " ".join(why.replace("\x00", "").split())[:500]
    if not why:
        raise Unusable("Say in a few words why you want to read this.")
    ReadRecord.objects.create(
        reader=reader,
        reader_name=reader.email,
        owner_id=conversation.owner_id,
        conversation=conversation,
        what="the reason was given",
        why=why,
    )
