"""The verbs that open, show and close branches of a conversation."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.context.directions import current_version, directions, model_of
from chatapp.context.models import Protection
from chatapp.context.plan import require_room
from chatapp.conversations import branches
from chatapp.conversations.actions import add_answer, announce, checked_words, locked
from chatapp.conversations.copies import copied_to, copy_message, keep_copies
from chatapp.conversations.files.blocks import blocks_of_files
from chatapp.conversations.handover import running_in
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict, NotThere, Unusable
from chatapp.generation.actions import already_sent, checked_model, free
from chatapp.generation.turns import begin_run, require_budget
from chatapp.usage.offers import catalogued, offered


@transaction.atomic
def edit(by: User, question: Message, message_id: uuid.UUID, text: str) -> Conversation:
    """Ask otherwise: another version of the question with an answer of its own; the old stays.

    The same id posted again changes nothing. Raises NotThere, Unusable, TooLarge, OverBudget,
    and Conflict while an answer is being written.
    """
    conversation = locked(question.conversation_id, by)
    if known := already_sent(by, message_id):
        if known.conversation_id != conversation.pk:
            raise NotThere
        return conversation
    conversation = free(conversation.pk)
    require_own(question)
    files = list(blocks_of_files(question.content))
    text = checked_words(text, files)
    chosen = directions(conversation)
    require_room(chosen, text, files)
    require_budget(conversation)
    now = {"created_at": timezone.now(), "revision": announce(conversation, path_changed=True)}
    words = {"text": text, "content": _reworded(question.content, text)}
    revised = copy_message(question, conversation, id=message_id, **words, **now)
    keep_copies([(question, revised)])
    branches.remember(conversation, revised.pk)
    answer = add_answer(revised, conversation, chosen.model.id)
    begin_run(conversation, answer, chosen.version)
    return conversation


def require_own(message: Message) -> None:
    """Raises Conflict for what somebody else said."""
    if message.role != Message.Role.USER:
        raise Conflict(_("Only your own messages can be edited."))


def _reworded(content: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The same blocks with other words; what else was sent stays."""
    others = [block for block in content if block.get("type") != "text"]
    return [*others, {"type": "text", "text": text}] if text else others


@transaction.atomic
def retry(message: Message, model: str = "") -> Message:
    """Begin a fresh answer beside this one, which is kept; or the first one to a question.

    By that `model`, for this answer alone; else by the one that answers here now. Raises
    Unusable for one that is not to be chosen, OverBudget, and Conflict.
    """
    conversation = free(message.conversation_id)
    question = _question_of(message)
    version = current_version(conversation)
    if model and version and version.model not in ("", model):
        raise Unusable(_("This assistant always answers with the same model."))
    chosen = checked_model(model) if model else model_of(version, conversation)
    require_budget(conversation)
    branches.remember(conversation, question.pk)
    answer = add_answer(question, conversation, chosen)
    begin_run(conversation, answer, version)
    return answer


def choice_for(answer: Message) -> dict[str, Any]:
    """The context of `generation/_retry.html`: by which models it may be answered again."""
    version = current_version(answer.conversation)
    fixed = catalogued(version.model) if version and version.model else None
    return {
        "message": answer,
        "fixed": fixed,
        "models": [] if fixed else [catalogued(id) for id in offered()],
        "chosen": answer.model,
    }


def _question_of(message: Message) -> Message:
    """What an answer is given to. Raises Conflict where that is not for Claude to answer."""
    if message.role == Message.Role.PERSON:
        raise Conflict(_("This was written by a person, and cannot be tried again."))
    if message.role == Message.Role.ASSISTANT:
        assert message.parent
        return message.parent
    if message.children.exists():
        raise Conflict(_("This message was answered already."))
    return message


@transaction.atomic
def show_version(message: Message) -> Conversation:
    """Show that version of a message, and below it what was shown there last."""
    conversation = locked(message.conversation_id)
    message.refresh_from_db()
    leaf = branches.leaf_of(message)
    if leaf != conversation.current_leaf_id:
        branches.show(conversation, leaf)
    return conversation


@transaction.atomic
def branch(message: Message) -> Conversation:
    """A new conversation with all up to that message. Raises NotThere, Conflict."""
    locked(message.conversation_id)
    message = Message.objects.select_related("conversation__prompt").get(pk=message.pk)
    made, ids = copied_to(message)
    kept = Protection.objects.filter(message__in=ids)
    Protection.objects.bulk_create(
        Protection(message_id=ids[old.message_id], conversation=made, by_id=old.by_id)
        for old in kept
    )
    return made


@transaction.atomic
def delete_branch(message: Message) -> Conversation:
    """Delete that message and all below it. Deleted twice is once, as it is not there any more.

    Raises NotThere, and Conflict where it must stay.
    """
    conversation = locked(message.conversation_id)
    if not Message.objects.filter(pk=message.pk).exists():
        raise NotThere
    if running := running_in(conversation.pk):
        raise Conflict(
            _("%(name)s is here. Nothing can be deleted until they hand back.")
            % {"name": running.name}
        )
    branches.cut(conversation, message)
    return conversation
