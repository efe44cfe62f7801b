"""Copies of messages: an edited one, and all of a path in a conversation of its own."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.conversations.actions import announce_listing
from chatapp.conversations.files.actions import carry_over
from chatapp.conversations.models import Conversation, Message, Takeover
from chatapp.errors import Conflict


def copy_message(old: Message, conversation: Conversation, **changes: Any) -> Message:
    """Another message that says the same but for `changes`, not saved; see `keep_copies`.

    The only way in which an edited message, and one of a branched conversation, is made.
    """
    fields = {field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields}
    own = {
        "id": uuid.uuid4(),
        "conversation_id": conversation.pk,
        "left_leaf": None,
        "revision": conversation.revision,
    }
    return Message(**{**fields, **own, **changes})


def keep_copies(copies: Sequence[tuple[Message, Message]]) -> None:
    """Save copies, given each with the message that it was made from, parents first.

    What hangs on a message and goes with its copies is carried over here.
    """
    Message.objects.bulk_create([copy for _, copy in copies])
    carry_over(copies)


def copied_to(message: Message) -> tuple[Conversation, dict[uuid.UUID, uuid.UUID]]:
    """A new conversation that holds all up to that message; and the copies' ids by the old ones.

    What was said is copied; what it cost stays where it was spent. Raises Conflict for an answer
    that is still being written.
    """
    if message.status == Message.Status.PENDING:
        raise Conflict(_("This answer is still being written. Wait for its end."))
    conversation = _begun_like(message.conversation)
    path = Message.objects.path_to(message.pk)
    ids = {old.pk: uuid.uuid4() for old in path}
    takeovers = _with_takeovers(conversation, path)
    keep_copies(
        [
            (
                old,
                copy_message(
                    old,
                    conversation,
                    id=ids[old.pk],
                    parent_id=ids[old.parent_id] if old.parent_id else None,
                    takeover_id=takeovers.get(old.takeover_id) if old.takeover_id else None,
                ),
            )
            for old in path
        ]
    )
    conversation.current_leaf_id = ids[message.pk]
    conversation.save(update_fields=["current_leaf"])
    announce_listing(conversation)
    return conversation, ids


def _begun_like(old: Conversation) -> Conversation:
    """A conversation with whatever the old one was begun with."""
    fields = {field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields}
    title = old.title or str(old)
    fresh = {
        "id": uuid.uuid4(),
        "title": (_("Branch of %(title)s") % {"title": title})[:200],
        **dict.fromkeys(("created_at", "active_at"), timezone.now()),
        **dict.fromkeys(("pinned_at", "archived_at", "current_leaf_id")),
        "revision": 1,
        "path_revision": 0,
        "memory_revision": 0,
    }
    made = Conversation(**{**fields, **fresh})
    made.save(force_insert=True)
    return made


def _with_takeovers(
    conversation: Conversation, path: Sequence[Message]
) -> dict[uuid.UUID, uuid.UUID]:
    """Who spoke in the assistant's place, and what it was told, also in the copy; all over."""
    ids = {}
    for takeover in Takeover.objects.filter(pk__in={m.takeover_id for m in path if m.takeover_id}):
        ids[takeover.pk] = uuid.uuid4()
        takeover.pk = ids[takeover.pk]
        takeover.conversation = conversation
        takeover.ended_at = takeover.ended_at or timezone.now()
        takeover.save(force_insert=True)
    return ids
