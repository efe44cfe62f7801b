"""The one question of access: someone else's and missing answer alike.

One's own is simply visible. What belongs to others is opened by right, and each look at
it leaves a ReadRecord in the transaction that lets the content out.
"""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, has_right
from chatapp.conversations.models import (
    Conversation,
    Flag,
    Folder,
    Message,
    ReadRecord,
    SavedText,
    StoredFile,
)
from chatapp.conversations.models.reading import FLAGGED
from chatapp.errors import NotThere, ReasonWanted, Unusable


def reader(request: HttpRequest) -> User:
    """The signed-in person; login is required of every page that asks."""
    assert isinstance(request.user, User)
    return request.user


def visible_conversation(user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises NotThere when it is missing or not theirs."""
    rows = Conversation.objects.visible_to(user).select_related("prompt", "folder")
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


def visible_folder(user: User, folder_id: uuid.UUID) -> Folder:
    """Raises NotThere when it is missing or not theirs."""
    found = Folder.objects.visible_to(user).filter(pk=folder_id).first()
    if found is None:
        raise NotThere
    return found


def visible_text(user: User, text_id: uuid.UUID) -> SavedText:
    """One of their library. Raises NotThere when it is missing or not theirs."""
    found = SavedText.objects.visible_to(user).filter(pk=text_id).first()
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
def opened_file(reader: User, file_id: uuid.UUID) -> StoredFile:
    """A file of one's own; somebody else's by the right to uncover, and on record.

    Files are not masked. Raises NotThere, and ReasonWanted where nobody said why yet.
    """
    found = StoredFile.objects.filter(pk=file_id, is_ready=True)
    if mine := found.visible_to(reader).first():
        return mine
    file = found.first() if has_right(reader, Right.UNCOVER) else None
    threads = Conversation.objects.open_to_staff(reader).filter(messages__attachments__file=file)
    thread = threads.first() if file else None
    if file is None or thread is None:
        raise NotThere
    opened(reader, thread.pk, f"file {file.pk}")
    return file


@transaction.atomic
def record_reading(reader: User, conversations: Iterable[Conversation], what: str) -> None:
    """Write down that the person is about to be shown these conversations of others.

    Raises ReasonWanted where nobody said why yet.
    """
    others = [conversation for conversation in conversations if conversation.owner_id != reader.pk]
    reasons = standing_reasons(reader, others)
    lines = [
        ReadRecord(
            reader=reader,
            reader_name=reader.email,
            owner_id=conversation.owner_id,
            conversation=conversation,
            what=what,
            why=reasons.get(conversation.pk, ""),
        )
        for conversation in others
    ]
    for line in lines:
        if not line.why and line.conversation_id:
            raise ReasonWanted(line.conversation_id)
    ReadRecord.objects.bulk_create(lines)


def standing_reasons(reader: User, conversations: Iterable[Conversation]) -> dict[uuid.UUID, str]:
    """Why the person reads each: what was said today, or what it was flagged for.

    Those for which there is nothing are left out. Two queries, however many there are.
    """
    ids = [conversation.pk for conversation in conversations]
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    records = ReadRecord.objects.filter(reader=reader, conversation__in=ids, at__gte=today)
    said = records.exclude(why="").order_by("conversation", "-at").distinct("conversation")
    reasons = {line.conversation_id: line.why for line in said if line.conversation_id}
    flags = Flag.objects.filter(conversation__in=[pk for pk in ids if pk not in reasons])
    for flag in flags.order_by("conversation", "-at", "-pk").distinct("conversation"):
        # What is kept is in one language; `ReadRecord.shown_why` is what people see.
        with translation.override(settings.LANGUAGE_CODE):
            reasons[flag.conversation_id] = f"{FLAGGED}{flag.get_kind_display()}"
    return reasons


@transaction.atomic
def give_reason(reader: User, conversation_id: uuid.UUID, why: str) -> None:
    """Say why one is about to read; holds until midnight (UTC). Raises NotThere, Unusable."""
    rows = Conversation.objects.open_to_staff(reader).select_related("owner")
    conversation = rows.filter(pk=conversation_id).first()
    if conversation is None:
        raise NotThere
    why = " ".join(why.replace("\x00", "").split())[:500]
    if not why:
        raise Unusable(gettext("Say in a few words why you want to read this."))
    ReadRecord.objects.create(
        reader=reader,
        reader_name=reader.email,
        owner_id=conversation.owner_id,
        conversation=conversation,
        what="the reason was given",
        why=why,
    )
