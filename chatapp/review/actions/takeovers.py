"""Stepping in: a reviewer in the assistant's place."""

import uuid

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, has_right
from chatapp.conversations import handover
from chatapp.conversations.access import opened
from chatapp.conversations.models import Message, Takeover
from chatapp.errors import NotThere, Refused
from chatapp.generation.actions import take_over
from chatapp.review.actions.items import changed, claim, responded, set_status, set_tags
from chatapp.review.actions.notes import checked
from chatapp.review.models import Card, Item, Macro, Room


@transaction.atomic
def step_in(conversation_id: uuid.UUID, by: User, why: str = "") -> Takeover:
    """Take over, under the name and picture of one's card; an item of nobody becomes one's own.

    Raises NotThere, Refused, Conflict.
    """
    _require_right(by)
    opened(by, conversation_id, gettext_noop("taking over"))
    item = Item.objects.filter(conversation=conversation_id).first()
    if Room.now().only_assignee_replies and (item is None or item.assignee_id not in (None, by.pk)):
        raise Refused(
            gettext("Here only the assignee takes over. Have the thread assigned to you first.")
        )
    if item and item.assignee_id is None:
        claim(item.pk, by)
    card = card_of(by)
    return take_over(conversation_id, by, card.name, card.picture, checked(why))


@transaction.atomic
def say(
    conversation_id: uuid.UUID,
    by: User,
    message_id: uuid.UUID,
    text: str,
    macro: Macro | None = None,
) -> Message:
    """Answer the owner as a person; a macro also sets its status and tags.

    Raises NotThere, Conflict, Unusable, TooLarge.
    """
    _require_right(by)
    message = handover.say(conversation_id, by, message_id, text)
    responded(conversation_id)
    item = Item.objects.filter(conversation=conversation_id).first()
    if item and macro:
        if macro.tags:
            set_tags(item.pk, by, {*item.tags.values_list("name", flat=True), *macro.tags})
        if macro.status and macro.status != Item.Status.SNOOZED:
            set_status(item.pk, by, macro.status)
    return message


@transaction.atomic
def hand_back(conversation_id: uuid.UUID, by: User, told: str = "") -> None:
    """Give the conversation back to the assistant; also for a colleague who is gone.

    Raises NotThere, Refused, Unusable, TooLarge.
    """
    _require_right(by)
    opened(by, conversation_id, gettext_noop("handing back"))
    handover.hand_back(conversation_id, by, checked(told))
    if item := Item.objects.filter(conversation=conversation_id).first():
        changed(item)


def card_of(person: User) -> Card:
    """How the person is shown to owners; until they chose, by their name or "Support"."""
    found = Card.objects.filter(person=person).first()
    return found or Card(person=person, name=(person.name or "Support")[:60])


def _require_right(by: User) -> None:
    if not has_right(by, Right.TAKE_OVER):
        raise NotThere
