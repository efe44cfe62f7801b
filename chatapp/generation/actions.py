"""The verbs of an answer: send, stop, retry, continue.

All are safe to repeat: the same message posted ten times is one message and one
run, a second Stop changes nothing, and a run cannot be begun twice.
"""

import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.context.directions import current_version, directions, model_of
from chatapp.context.plan import require_room
from chatapp.conversations import actions as conversations
from chatapp.conversations.actions import (
    add_message,
    add_sibling,
    add_turn,
    announce_listing,
    checked_text,
    locked,
    open_conversation,
    reopen,
)
from chatapp.conversations.flags import leave_unchecked
from chatapp.conversations.handover import begin_takeover, running_in
from chatapp.conversations.models import Conversation, Message, Takeover
from chatapp.errors import Conflict, NotThere, Unusable
from chatapp.generation.entries import Entry, Known, can_continue, can_retry, entries
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run
from chatapp.live.doorbell import ring_on_commit
from chatapp.prompts.choose import default_for
from chatapp.prompts.models import Prompt, Version
from chatapp.usage import budgets, offers

RUNNERS = "runner:"


def begin_conversation(
    by: User, message_id: uuid.UUID, text: str, model: str, prompt: Prompt | None = None
) -> Conversation:
    """A new conversation with its first message, by that prompt or the person's default.

    Raises Unusable, TooLarge, NotThere.
    """
    if known := _already_sent(by, message_id):
        return known.conversation
    text, model = checked_text(text), checked_model(model)
    try:
        with transaction.atomic():
            conversation = open_conversation(by, model, prompt or default_for(by))
            _write(conversation, message_id, text)
    except IntegrityError:
        # Sent twice at once: what the winner of the race wrote is the answer.
        if known := _already_sent(by, message_id):
            return known.conversation
        raise
    return conversation


@transaction.atomic
def send(
    by: User, conversation_id: uuid.UUID, message_id: uuid.UUID, text: str, model: str
) -> list[Entry]:
    """Write the message, its empty answer and a queued run; give the entries of both.

    Raises NotThere, Unusable, TooLarge, and Conflict while an answer is pending.
    """
    # Sent twice at once: the second waits for this lock and finds the first.
    conversation = locked(conversation_id, by)
    if known := _already_sent(by, message_id):
        if known.conversation_id != conversation_id:
            raise NotThere
        answer = known.children.order_by("created_at").first()
        return entries(conversation, [known, answer] if answer else [known])
    if model not in ("", conversation.model):
        conversation.model = checked_model(model)
    return _write(conversation, message_id, checked_text(text))


def _write(conversation: Conversation, message_id: uuid.UUID, text: str) -> list[Entry]:
    if running_in(conversation.pk):
        return _write_to_person(conversation, message_id, text)
    by = directions(conversation)
    require_room(by, text)
    question, answer = add_turn(conversation, message_id, text, by.model.id)
    run = _queue(conversation, answer, by.version)
    return entries(conversation, [question, answer], Known([run]))


def _write_to_person(conversation: Conversation, message_id: uuid.UUID, text: str) -> list[Entry]:
    """While a person has taken over, the assistant is silent."""
    message = add_message(conversation, message_id, text, Message.Role.USER)
    conversation.save(update_fields=["revision", "current_leaf", "active_at", "model"])
    announce_listing(conversation)
    leave_unchecked([message])
    return entries(conversation, [message])


@transaction.atomic
def take_over(
    conversation_id: uuid.UUID, by: User, name: str, picture: str = "", why: str = ""
) -> Takeover:
    """Put a person in the assistant's place, and stop what it is saying.

    Raises NotThere, and Conflict where somebody else is there already.
    """
    conversation = locked(conversation_id)
    begun = begin_takeover(conversation, by, name, picture, why)
    for run in Run.objects.live().filter(conversation=conversation):
        stop(run, by)
    return begun


def stop(run: Run, by: User | None = None) -> None:
    """Have a live run end with what it has; a queued one ends here and now.

    `by` is who wants that, where it is not the owner.
    """
    with transaction.atomic():
        locked(run.conversation_id)
        if by:
            Run.objects.live().filter(pk=run.pk).update(stopped_by=by)
        queued = Run.objects.select_for_update().filter(
            pk=run.pk, state=Run.State.QUEUED, finished_at=None
        )
        if queued.exists():
            finish([Ending(run.pk, Run.State.STOPPED)])
        else:
            asked = Run.objects.live().filter(pk=run.pk, stop_requested_at=None)
            asked.update(stop_requested_at=timezone.now())
            ring_on_commit((RUNNERS, {"stop": str(run.pk)}))
    run.refresh_from_db()


@transaction.atomic
def retry(answer: Message) -> Message:
    """Begin a fresh answer beside one that failed or was cut; the old one is kept.

    Raises Conflict when that is no longer the newest answer, or is not cut.
    """
    conversation = _unattended(answer.conversation_id)
    answer = _newest(conversation, answer)
    if not can_retry(answer):
        raise Conflict("This answer is complete or still being written.")
    version = current_version(conversation)
    sibling = add_sibling(answer, conversation, model_of(version, conversation))
    _queue(conversation, sibling, version)
    return sibling


@transaction.atomic
def go_on(answer: Message) -> Message:
    """Continue an answer that broke off, in the same message. Raises Conflict.

    It keeps its version: what it thought so far holds for no other prefix.
    """
    conversation = _unattended(answer.conversation_id)
    answer = _newest(conversation, answer)
    if not can_continue(answer):
        raise Conflict("There is nothing to continue here.")
    reopen(answer, conversation)
    earlier = Run.objects.filter(message=answer).select_related("version").latest("created_at")
    _queue(conversation, answer, earlier.version)
    return answer


@transaction.atomic
def delete(conversation: Conversation) -> None:
    """Remove the conversation, also while an answer is being written in it."""
    locked(conversation.pk)
    # Who writes to the log of a run needs its row, and will not find it any more.
    list(Run.objects.live().select_for_update().filter(conversation=conversation))
    conversations.delete(conversation)


def _unattended(conversation_id: uuid.UUID) -> Conversation:
    """The locked conversation, if nobody has taken it over. Raises Conflict."""
    conversation = locked(conversation_id)
    if running := running_in(conversation_id):
        raise Conflict(f"{running.name} is here. The assistant is silent until they hand back.")
    return conversation


def _newest(conversation: Conversation, answer: Message) -> Message:
    if conversation.current_leaf_id != answer.pk:
        raise Conflict("The conversation has moved on. Reload the page to see it.")
    return (
        Message.objects.select_for_update(of=("self",)).select_related("parent").get(pk=answer.pk)
    )


def checked_model(model: str) -> str:
    """Raises Unusable for a model that is not offered."""
    if not model:
        return settings.DEFAULT_MODEL
    if model not in offers.offered():
        raise Unusable("This model is not offered here. Choose another one.")
    return model


def _queue(conversation: Conversation, answer: Message, version: Version | None) -> Run:
    """Raises OverBudget where the owner has nothing left to spend."""
    budgets.require_room(User(pk=conversation.owner_id))
    run = Run.objects.create(
        conversation=conversation,
        message=answer,
        owner_id=conversation.owner_id,
        model=answer.model,
        version=version,
    )
    ring_on_commit((RUNNERS, {"queued": str(run.pk)}))
    return run


def _already_sent(by: User, message_id: uuid.UUID) -> Message | None:
    """The person's message of that id. Raises NotThere if the id is somebody else's."""
    message = Message.objects.select_related("conversation").filter(pk=message_id).first()
    if message and (message.conversation.owner_id != by.pk or message.role != "user"):
        raise NotThere
    return message
