"""A person in the place of the assistant: asked for, there, and gone again.

While a takeover runs no answer can be begun (generation asks `running_in`). What the
person writes stands in the tree as theirs; Claude reads it later, marked as such.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.conversations.actions import add_message, announce, checked_text, locked
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Conversation, Flag, HelpRequest, Message, Takeover
from chatapp.errors import Conflict, NotThere, Unusable


def running_in(conversation_id: uuid.UUID) -> Takeover | None:
    return Takeover.objects.running().filter(conversation=conversation_id).first()


def wanted_in(conversation_id: uuid.UUID) -> HelpRequest | None:
    """The request that waits for a person, if one does."""
    return HelpRequest.objects.filter(conversation=conversation_id, ended_at=None).first()


@transaction.atomic
def ask_for_person(
    conversation_id: uuid.UUID,
    by: User | None,
    why: str = "",
    message_id: uuid.UUID | None = None,
) -> HelpRequest:
    """Have a person wanted, by the owner or (without `by`) by Claude; asked twice is once.

    Raises Conflict while a person is there already.
    """
    conversation = locked(conversation_id)
    if running_in(conversation_id):
        raise Conflict(gettext("A person is here already."))
    if found := wanted_in(conversation_id):
        return found
    why = " ".join(why.replace("\x00", "").split())[:500]
    asked = HelpRequest.objects.create(conversation=conversation, by=by, why=why)
    kind = Flag.Kind.ASKED if by else Flag.Kind.CLAUDE
    flag(conversation_id, kind, message_id=message_id, by=by, detail=why)
    _announce(conversation)
    return asked


def goes_on_after_takeover(conversation_id: uuid.UUID, answer_id: uuid.UUID) -> bool:
    """Whether the owner has said enough since a person handed back for Claude to ask again.

    False for the first answer after a takeover: what led to that one was settled by it,
    and an assistant that only read it again would ask for a person for ever.
    """
    last = Takeover.objects.filter(conversation=conversation_id, ended_at__isnull=False)
    ended = last.order_by("-ended_at").values_list("ended_at", flat=True).first()
    if ended is None:
        return True
    answers = Message.objects.filter(conversation=conversation_id, role=Message.Role.ASSISTANT)
    return answers.filter(created_at__gt=ended).exclude(pk=answer_id).exists()


@transaction.atomic
def withdraw_request(conversation_id: uuid.UUID) -> None:
    """Take the request back; twice is once, and so is too late."""
    conversation = locked(conversation_id)
    _end_request(conversation_id, HelpRequest.End.WITHDRAWN)
    _announce(conversation)


@transaction.atomic
def close_request(conversation_id: uuid.UUID) -> None:
    """End a request without coming: the staff settled it otherwise."""
    conversation = locked(conversation_id)
    if _end_request(conversation_id, HelpRequest.End.CLOSED):
        _announce(conversation)


@transaction.atomic
def begin_takeover(
    conversation: Conversation, by: User, name: str, picture: str = "", why: str = ""
) -> Takeover:
    """Put a person in the assistant's place. The conversation must be locked.

    Raises Conflict where somebody else is there already; one's own goes on.
    """
    if running := running_in(conversation.pk):
        if running.by_id != by.pk:
            raise Conflict(gettext("%(name)s has taken over already.") % {"name": running.name})
        return running
    _end_request(conversation.pk, HelpRequest.End.TAKEN)
    begun = Takeover.objects.create(
        conversation=conversation, by=by, name=name[:60], picture=picture[:16], why=why
    )
    record(by, "conversation.taken_over", conversation.pk, target_id=str(conversation.pk))
    _announce(conversation)
    return begun


@transaction.atomic
def say(conversation_id: uuid.UUID, by: User, message_id: uuid.UUID, text: str) -> Message:
    """Write what the person who took over says; the same id twice is one message.

    Raises Conflict for whom it is not, Unusable, TooLarge, NotThere.
    """
    conversation = locked(conversation_id)
    takeover = running_in(conversation_id)
    if takeover is None or takeover.by_id != by.pk:
        raise Conflict(
            gettext("You have not taken over this conversation, or handed it back already.")
        )
    if known := Message.objects.filter(pk=message_id).first():
        if known.takeover_id != takeover.pk:
            raise NotThere
        return known
    seen(conversation_id, by)
    message = add_message(
        conversation, message_id, checked_text(text), Message.Role.PERSON, takeover
    )
    conversation.save(update_fields=["revision", "current_leaf", "active_at"])
    return message


@transaction.atomic
def hand_back(conversation_id: uuid.UUID, by: User | None, told: str = "") -> None:
    """Give the conversation back to the assistant, which answers what is asked from now on.

    `told` is what it shall know. Without `by` the takeover ends by itself. Twice is once.
    Raises NotThere, and Unusable for what could not be told.
    """
    conversation = locked(conversation_id)
    takeover = running_in(conversation_id)
    if takeover is None:
        return
    told = told.replace("\x00", "").strip()[:2_000]
    if told and not Message.objects.filter(takeover=takeover).exists():
        raise Unusable(
            gettext("The assistant is told this after your messages, and you wrote none.")
        )
    takeover.ended_at = timezone.now()
    takeover.ended_by = by
    takeover.told = told
    takeover.save(update_fields=["ended_at", "ended_by", "told"])
    record(by, "conversation.handed_back", conversation.pk, target_id=str(conversation.pk))
    _announce(conversation)


def seen(conversation_id: uuid.UUID, by: User) -> None:
    """A sign of life of the person who took over."""
    mine = Takeover.objects.running().filter(conversation=conversation_id, by=by)
    mine.update(seen_at=timezone.now())


def end_abandoned() -> list[uuid.UUID]:
    """Hand back what nobody gave a sign of life for; answer the conversations."""
    limit = timezone.now() - timedelta(minutes=settings.TAKEOVER_IDLE_MINUTES)
    gone = Takeover.objects.running().filter(seen_at__lt=limit)
    ids = list(gone.values_list("conversation", flat=True))
    for conversation_id in ids:
        hand_back(conversation_id, None)
    return ids


def _end_request(conversation_id: uuid.UUID, end: str) -> bool:
    wanted = HelpRequest.objects.filter(conversation=conversation_id, ended_at=None)
    return bool(wanted.update(ended_at=timezone.now(), end=end))


def _announce(conversation: Conversation) -> None:
    announce(conversation)
    conversation.save(update_fields=["revision"])
