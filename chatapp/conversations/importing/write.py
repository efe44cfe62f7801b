"""Keeping what was read: each conversation once, in a transaction of its own."""

import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.actions import first_words
from chatapp.conversations.importing.told import (
    ToldConversation,
    ToldMessage,
    in_order,
    with_times,
    words,
)
from chatapp.conversations.models import (
    Conversation,
    Feedback,
    ImportedFrom,
    Message,
    Transfer,
)
from chatapp.prompts.choose import version_for
from chatapp.prompts.models import Prompt

MOST_MESSAGES = 50_000  # of one conversation
CHUNK = 500


def is_here(transfer: Transfer, told: ToldConversation) -> bool | None:
    """Whether it was here before this import; None: this very import brought it."""
    row = ImportedFrom.objects.filter(
        owner=transfer.owner, source=told.source, external_id=told.key
    ).first()
    if row:
        return None if row.transfer_id == transfer.pk else True
    return told.source == "ours" and _is_original(transfer.owner, told.key)


def _is_original(owner: User, key: str) -> bool:
    """Our own file, read where it was made and is still there."""
    try:
        return Conversation.objects.filter(owner=owner, pk=uuid.UUID(key)).exists()
    except ValueError:
        return False


@transaction.atomic
def write(transfer: Transfer, told: ToldConversation, prompt: Prompt) -> None:
    """Keep it. Raises IntegrityError where another import did so in this instant."""
    messages = in_order(told.messages)[:MOST_MESSAGES]
    with_times(messages, told.created_at)
    conversation = _conversation(transfer.owner, told, prompt)
    ImportedFrom.objects.create(
        conversation=conversation,
        owner=transfer.owner,
        source=told.source,
        external_id=told.key,
        transfer=transfer,
    )
    _write_messages(conversation, told, messages)


def _conversation(owner: User, told: ToldConversation, prompt: Prompt) -> Conversation:
    now = timezone.now()
    times = [message.at for message in told.messages if message.at]
    made = Conversation(
        owner=owner,
        title=told.title or first_words(told.messages[0].text[:200]),
        model=told.model if told.model in settings.MODELS_OFFERED else settings.DEFAULT_MODEL,
        prompt=prompt,
        created_at=told.created_at or min(times, default=now),
        active_at=told.active_at or max(times, default=now),
        pinned_at=told.pinned_at,
        archived_at=told.archived_at,
        revision=1,
    )
    if prompt.is_kept:
        made.version = version_for(prompt.pk, made.pk)
    made.save(force_insert=True)
    return made


def _write_messages(
    conversation: Conversation, told: ToldConversation, messages: list[ToldMessage]
) -> None:
    made: dict[str, Message] = {}
    rows: list[Message] = []
    for message in messages:
        parent = made.get(message.parent or "")
        if parent is None and message.role == "assistant":
            # An answer stands below a question, also where the file has lost that.
            parent = _row(conversation, None, _lost(message))
            rows.append(parent)
        made[message.key] = row = _row(conversation, parent, message)
        rows.append(row)
    for at in range(0, len(rows), CHUNK):
        Message.objects.bulk_create(rows[at : at + CHUNK])
    Feedback.objects.bulk_create(_thumbs(conversation, messages, made))
    leaf = made.get(told.current or "") or rows[-1]
    conversation.current_leaf = _end_below(leaf, rows)
    conversation.save(update_fields=["current_leaf"])


def _end_below(leaf: Message, rows: list[Message]) -> Message:
    """The newest answer below: a branch is shown to its end."""
    last = {row.parent_id: row for row in rows}
    while below := last.get(leaf.pk):
        leaf = below
    return leaf


def _lost(answer: ToldMessage) -> ToldMessage:
    text = gettext("[The question is not in the file.]")
    return ToldMessage(key="", parent=None, role="user", text=text, at=answer.at)


def _row(conversation: Conversation, parent: Message | None, told: ToldMessage) -> Message:
    return Message(
        conversation=conversation,
        parent=parent,
        role=told.role,
        content=told.content or [{"type": "text", "text": told.text}],
        seams=told.seams,
        text=told.text,
        status=told.status,
        stop_reason=told.stop_reason,
        model=told.model,
        created_at=told.at or timezone.now(),
        revision=1,
    )


def _thumbs(
    conversation: Conversation, messages: list[ToldMessage], made: dict[str, Message]
) -> list[Feedback]:
    found = []
    for message in messages:
        given = message.feedback
        if given and message.role == "assistant" and given.get("verdict") in Feedback.Verdict:
            reason = words(given.get("reason"), 12)
            found.append(
                Feedback(
                    message=made[message.key],
                    person=conversation.owner,
                    verdict=given["verdict"],
                    reason=reason if reason in Feedback.Reason else "",
                    comment=words(given.get("comment"), settings.COMMENT_MAX_CHARACTERS),
                )
            )
    return found
