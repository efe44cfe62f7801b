"""Turns: a question with the run that answers it, and whose turn it is next.

Called by the verbs (`actions.py`, `branching.py`, `waiting.py`) and by whoever ends a run
(`finish.py`): so it knows neither. Every conversation given here must be locked.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from chatapp.accounts.models import User
from chatapp.context.directions import directions
from chatapp.context.plan import require_room
from chatapp.conversations import queued
from chatapp.conversations.actions import add_message, add_turn, announce_listing
from chatapp.conversations.files.actions import chosen
from chatapp.conversations.files.blocks import block_of
from chatapp.conversations.flags import leave_unchecked
from chatapp.conversations.handover import running_in
from chatapp.conversations.models import Conversation, Message, QueuedMessage, StoredFile
from chatapp.errors import ChatappError
from chatapp.generation.models import Run
from chatapp.live.doorbell import ring_on_commit
from chatapp.prompts.models import Version
from chatapp.usage import budgets

logger = logging.getLogger(__name__)

RUNNERS = "runner:"


def write_turn(
    conversation: Conversation, message_id: uuid.UUID, text: str, files: Sequence[uuid.UUID] = ()
) -> tuple[list[Message], Run | None]:
    """Write what the owner said and, unless a person listens, the empty answer with its run.

    Nothing is written when it raises: NotThere, TooLarge, OverBudget, Conflict.
    """
    attached = chosen(User(pk=conversation.owner_id), files)
    if running_in(conversation.pk):
        return [_to_person(conversation, message_id, text, attached)], None
    by = directions(conversation)
    require_room(by, text, [block_of(file) for file in attached])
    require_budget(conversation)
    question, answer = add_turn(conversation, message_id, text, by.model.id, attached)
    return [question, answer], begin_run(conversation, answer, by.version)


def _to_person(
    conversation: Conversation, message_id: uuid.UUID, text: str, files: Sequence[StoredFile]
) -> Message:
    """While a person has taken over, the assistant is silent."""
    message = add_message(conversation, message_id, text, Message.Role.USER, files=files)
    conversation.save(update_fields=["revision", "current_leaf", "active_at", "model"])
    announce_listing(conversation)
    leave_unchecked([message])
    return message


def require_budget(conversation: Conversation) -> None:
    """Raises OverBudget where the owner has nothing left to spend."""
    budgets.require_room(User(pk=conversation.owner_id))


def begin_run(conversation: Conversation, answer: Message, version: Version | None) -> Run:
    """Queue the run that writes that answer."""
    run = Run.objects.create(
        conversation=conversation,
        message=answer,
        owner_id=conversation.owner_id,
        model=answer.model,
        version=version,
    )
    ring_on_commit((RUNNERS, {"queued": str(run.pk)}))
    return run


def is_answering(conversation: Conversation) -> bool:
    return Run.objects.live().filter(conversation=conversation).exists()


def next_turns(conversations: Iterable[Conversation]) -> None:
    """Send what waits in them, now that nothing is being written there.

    To Claude one message goes; to a person all do. What cannot be sent waits on and says why.
    """
    by_id = {conversation.pk: conversation for conversation in conversations}
    rows = QueuedMessage.objects.filter(conversation__in=by_id).in_turn()
    is_over = set()
    for waiting in rows:
        conversation = by_id[waiting.conversation_id]
        if conversation.pk not in is_over and not _sent_to_person(conversation, waiting):
            is_over.add(conversation.pk)


def _sent_to_person(conversation: Conversation, waiting: QueuedMessage) -> bool:
    """Send it; whether the one behind it may follow at once."""
    conversation.model = waiting.model or conversation.model
    run = None
    try:
        # What is kept of an error is in one language, whoever was the one that ended a run.
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            _, run = write_turn(conversation, waiting.pk, waiting.text, waiting.files)
    except ChatappError as error:
        queued.hold(conversation, waiting, error.sentence)
        return False
    except IntegrityError:
        # Its id was used elsewhere meanwhile. Whoever ends a run must not fail over that.
        logger.warning("The id of waiting message %s is taken", waiting.pk)
    queued.withdraw(conversation, waiting)
    return run is None
