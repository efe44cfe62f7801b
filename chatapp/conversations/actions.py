"""The verbs that change conversations and messages.

Each locks the conversation's row, so revisions are given in the order in which
they are committed, and rings the doorbell when the transaction is through.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.access import visible_folder
from chatapp.conversations.files.actions import attach
from chatapp.conversations.files.blocks import block_of
from chatapp.conversations.files.tasks import remove_unused_files
from chatapp.conversations.models import (
    Attachment,
    Conversation,
    Folder,
    Message,
    StoredFile,
    Takeover,
)
from chatapp.conversations.wishes import NO_WISHES, Wishes
from chatapp.errors import Conflict, NotThere, TooLarge, Unusable
from chatapp.live.doorbell import ring_on_commit
from chatapp.prompts.choose import version_for
from chatapp.prompts.models import Prompt

TEMPORARY_LIFE: Final = timedelta(days=1)


def topic(conversation_id: uuid.UUID) -> str:
    return f"conversation:{conversation_id}"


def locked(conversation_id: uuid.UUID, by: User | None = None) -> Conversation:
    """The conversation's row, locked until the transaction ends.

    Raises NotThere when it is missing, or not to be seen by `by`.
    """
    rows = Conversation.objects.visible_to(by) if by else Conversation.objects.all()
    row = rows.select_for_update().filter(pk=conversation_id).first()
    if row is None:
        raise NotThere
    return row


def announce(conversation: Conversation, *, path_changed: bool = False) -> int:
    """Give the next revision to what changes in this transaction, and ring for it."""
    conversation.revision += 1
    if path_changed:
        conversation.path_revision = conversation.revision
    ring_on_commit((topic(conversation.pk), {"revision": conversation.revision}))
    return conversation.revision


def announce_memory(conversation: Conversation) -> None:
    """The same for the notes that stand for older messages. The row must be locked."""
    conversation.memory_revision = announce(conversation)
    conversation.save(update_fields=["revision", "memory_revision"])


def announce_listing(conversation: Conversation) -> None:
    """Have the lists of the owner's open pages show the conversation anew."""
    ring_on_commit((f"list:{conversation.owner_id}", {"conversation": str(conversation.pk)}))


def announce_options(conversation: Conversation) -> None:
    """Have open pages of the conversation show anew what its owner has settled."""
    ring_on_commit((f"list:{conversation.owner_id}", {"options": str(conversation.pk)}))


def announce_place(conversation: Conversation) -> None:
    """The same, where it also changed in which folder it stands, or what its page says of it."""
    news = {"conversation": str(conversation.pk), "place": True}
    ring_on_commit((f"list:{conversation.owner_id}", news))


def announce_lists(owner_id: int) -> None:
    """Have the owner's open pages read their lists anew: more changed than one could name."""
    ring_on_commit((f"list:{owner_id}", {"lists": True}))


@transaction.atomic
def open_conversation(
    owner: User, model: str, prompt: Prompt, wishes: Wishes = NO_WISHES
) -> Conversation:
    """A conversation by that prompt; by its version of today where the prompt says so.

    Raises NotThere for a folder that is not the owner's.
    """
    conversation = Conversation(
        owner=owner,
        model=model,
        prompt=prompt,
        folder=visible_folder(owner, wishes.folder_id) if wishes.folder_id else None,
        is_instructed=wishes.is_instructed,
        effort=wishes.effort,
        thinks=wishes.thinks,
        web=list(wishes.web),
        expires_at=timezone.now() + TEMPORARY_LIFE if wishes.is_temporary else None,
    )
    if prompt.is_kept:
        conversation.version = version_for(prompt.pk, conversation.pk)
    conversation.save(force_insert=True)
    (announce_place if conversation.folder_id else announce_listing)(conversation)
    return conversation


def checked_text(text: str) -> str:
    """What a person wrote, fit to be kept. Raises Unusable or TooLarge."""
    # Postgres keeps no NUL, and browsers send CRLF.
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Unusable(gettext("Write something first."))
    if len(text) > settings.MESSAGE_MAX_CHARACTERS:
        raise TooLarge(
            gettext(
                "This message has %(count)s characters; %(most)s are possible. "
                "Shorten it or send it in parts."
            )
            % {"count": intcomma(len(text)), "most": intcomma(settings.MESSAGE_MAX_CHARACTERS)}
        )
    return text


def checked_words(text: str, files: Sequence[object]) -> str:
    """The same; where there are files it may be empty."""
    return checked_text(text) if text.strip("\x00 \t\r\n") or not files else ""


def add_turn(
    conversation: Conversation,
    message_id: uuid.UUID,
    text: str,
    model: str,
    files: Sequence[StoredFile] = (),
) -> tuple[Message, Message]:
    """Write the person's message and the empty answer of `model` below it; give both.

    The conversation must be locked. Raises Conflict while an answer is pending.
    """
    if Message.objects.filter(conversation=conversation, status="pending").exists():
        raise Conflict(gettext("An answer is still being written. Wait for it, or stop it first."))
    question = add_message(conversation, message_id, text, Message.Role.USER, files=files)
    answer = _empty_answer(question, model, question.revision)
    answer.save(force_insert=True)
    if not conversation.title:
        conversation.title = first_words(text or ", ".join(file.name for file in files))
    _put_leaf(conversation, answer)
    announce_listing(conversation)
    return question, answer


def add_message(
    conversation: Conversation,
    message_id: uuid.UUID,
    text: str,
    role: str,
    takeover: Takeover | None = None,
    files: Sequence[StoredFile] = (),
) -> Message:
    """Write what a person said at the end of the conversation, which must be locked.

    Files stand before the words, as the API advises. The caller saves the conversation.
    """
    words = [{"type": "text", "text": text}] if text or not files else []
    message = Message(
        id=message_id,
        conversation=conversation,
        parent_id=conversation.current_leaf_id,
        role=role,
        takeover=takeover,
        content=[*map(block_of, files), *words],
        text=text,
        revision=announce(conversation),
    )
    message.save(force_insert=True)
    attach(message, files)
    conversation.current_leaf = message
    conversation.active_at = timezone.now()
    return message


def add_answer(question: Message, conversation: Conversation, model: str) -> Message:
    """One more empty answer to a question; earlier ones stay beside it in the tree."""
    revision = announce(conversation, path_changed=True)
    answer = _empty_answer(question, model, revision)
    answer.save(force_insert=True)
    _put_leaf(conversation, answer)
    announce_listing(conversation)
    return answer


def reopen(answer: Message, conversation: Conversation) -> Message:
    """Make an answer pending again, with a seam where the continuation begins."""
    answer.status = Message.Status.PENDING
    answer.stop_reason = ""
    answer.seams = [*answer.seams, len(answer.content)]
    answer.revision = announce(conversation)
    answer.save(update_fields=["status", "stop_reason", "seams", "revision"])
    conversation.save(update_fields=["revision"])
    return answer


def _empty_answer(question: Message, model: str, revision: int) -> Message:
    return Message(
        conversation_id=question.conversation_id,
        parent=question,
        role=Message.Role.ASSISTANT,
        status=Message.Status.PENDING,
        model=model,
        revision=revision,
    )


def _put_leaf(conversation: Conversation, leaf: Message) -> None:
    conversation.current_leaf = leaf
    conversation.active_at = timezone.now()
    conversation.save(
        update_fields=["current_leaf", "active_at", "title", "model", "revision", "path_revision"]
    )


def first_words(text: str) -> str:
    """A title until a better one is made: the beginning, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:60].rsplit(" ", 1)[0] + "…"


def rename(conversation: Conversation, title: str) -> None:
    """Raises Unusable for an empty title."""
    title = " ".join(title.replace("\x00", "").split())[:200]
    if not title:
        raise Unusable(gettext("A title needs at least one character."))
    _change(conversation, title=title)


def pin(conversation: Conversation, *, on: bool) -> None:
    _change(conversation, pinned_at=timezone.now() if on else None)


def archive(conversation: Conversation, *, on: bool) -> None:
    _change(conversation, archived_at=timezone.now() if on else None)


def instruct(conversation: Conversation, *, on: bool) -> None:
    """Whether the owner's instructions go along, from the next answer on."""
    _change(conversation, is_instructed=on)


def keep(conversation: Conversation) -> None:
    """Make a temporary chat one like all others."""
    _change(conversation, expires_at=None)


def move(conversation: Conversation, folder: Folder | None) -> None:
    _change(conversation, folder=folder)


@transaction.atomic
def delete(conversation: Conversation) -> None:
    """Remove the conversation and all that belongs to it, for good."""
    # Under the lock nothing new can point to it between Django's list and the deed.
    if row := Conversation.objects.select_for_update().filter(pk=conversation.pk).first():
        announce_place(row)
        ring_on_commit((topic(row.pk), {"deleted": True}))
        has_files = Attachment.objects.filter(message__conversation=row).exists()
        row.delete()
        if has_files:
            remove_unused_files.configure().defer(timestamp=0)


@transaction.atomic
def _change(conversation: Conversation, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=[*fields])
    announce_place(conversation)
