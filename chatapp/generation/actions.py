"""The verbs of an answer: send, stop, continue.

All are safe to repeat: the same message posted ten times is one message and one
run, a second Stop changes nothing, and a run cannot be begun twice. Those that
open another branch stand in `branching.py`.
"""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.context.directions import directions
from chatapp.context.plan import require_room
from chatapp.conversations import actions as conversations
from chatapp.conversations.actions import checked_words, locked, open_conversation, reopen
from chatapp.conversations.files.actions import chosen
from chatapp.conversations.files.blocks import block_of
from chatapp.conversations.handover import begin_takeover, running_in
from chatapp.conversations.models import Conversation, Message, QueuedMessage, Takeover
from chatapp.conversations.queued import add_waiting
from chatapp.conversations.wishes import NO_WISHES, Wishes
from chatapp.errors import Conflict, NotThere, Unusable
from chatapp.generation.entries import Entry, Known, can_continue, entries
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run
from chatapp.generation.turns import (
    RUNNERS,
    begin_run,
    is_answering,
    next_turns,
    require_budget,
    write_turn,
)
from chatapp.live.doorbell import ring_on_commit
from chatapp.prompts.choose import default_for
from chatapp.usage import offers


def begin_conversation(
    by: User,
    message_id: uuid.UUID,
    text: str,
    model: str,
    wishes: Wishes = NO_WISHES,
    files: Sequence[uuid.UUID] = (),
) -> Conversation:
    """A new conversation with its first message, by that prompt or the person's default.

    `files` are uploads of the person, sent with the message. Without words they suffice.
    Raises Unusable, TooLarge, NotThere.
    """
    if known := already_sent(by, message_id):
        return known.conversation
    text, model = checked_words(text, files), checked_model(model)
    try:
        with transaction.atomic():
            conversation = open_conversation(by, model, wishes.prompt or default_for(by), wishes)
            write_turn(conversation, message_id, text, files)
    except IntegrityError:
        # Sent twice at once: what the winner of the race wrote is the answer.
        if known := already_sent(by, message_id):
            return known.conversation
        raise
    return conversation


@transaction.atomic
def send(
    by: User,
    conversation_id: uuid.UUID,
    message_id: uuid.UUID,
    text: str,
    model: str,
    files: Sequence[uuid.UUID] = (),
) -> list[Entry]:
    """Write the message, its empty answer and a queued run; give the entries of both.

    While an answer is being written the message waits for its turn, and there are none.
    Raises NotThere, Unusable, TooLarge, OverBudget, and Conflict where too many wait.
    """
    # Sent twice at once: the second waits for this lock and finds the first.
    conversation = locked(conversation_id, by)
    if known := already_sent(by, message_id):
        if known.conversation_id != conversation_id:
            raise NotThere
        answer = known.children.order_by("created_at").first()
        return entries(conversation, [known, answer] if answer else [known])
    if _waits(message_id, conversation_id):
        return []
    new_model = checked_model(model) if model not in ("", conversation.model) else ""
    text = checked_words(text, files)
    if _must_wait(conversation):
        blocks = [block_of(file) for file in chosen(by, files)]
        require_room(directions(conversation), text, blocks)
        waiting = QueuedMessage(id=message_id, text=text, model=new_model, files=[*files])
        add_waiting(conversation, waiting)
        if not is_answering(conversation):
            next_turns([conversation])
        return []
    conversation.model = new_model or conversation.model
    messages, run = write_turn(conversation, message_id, text, files)
    return entries(conversation, messages, Known([run] if run else []))


def _waits(message_id: uuid.UUID, conversation_id: uuid.UUID) -> bool:
    """Whether the message waits already. Raises NotThere if it does so elsewhere."""
    waiting = QueuedMessage.objects.filter(pk=message_id).first()
    if waiting and waiting.conversation_id != conversation_id:
        raise NotThere
    return waiting is not None


def _must_wait(conversation: Conversation) -> bool:
    """Behind an answer or behind others; a trial has no place where anything could wait."""
    if conversation.is_trial:
        return False
    others = QueuedMessage.objects.filter(conversation=conversation)
    return is_answering(conversation) or others.exists()


@transaction.atomic
def take_over(
    conversation_id: uuid.UUID, by: User, name: str, picture: str = "", why: str = ""
) -> Takeover:
    """Put a person in the assistant's place, and stop what it is saying.

    Raises NotThere, and Conflict where somebody else is there already.
    """
    conversation = locked(conversation_id)
    begun = begin_takeover(conversation, by, name, picture, why)
    runs = list(Run.objects.live().filter(conversation=conversation))
    for run in runs:
        stop(run, by)
    if not runs:
        next_turns([conversation])
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
def go_on(answer: Message) -> Message:
    """Continue an answer that broke off, in the same message. Raises Conflict.

    It keeps its version: what it thought so far holds for no other prefix.
    """
    conversation = free(answer.conversation_id)
    answer = _newest(conversation, answer)
    if not can_continue(answer):
        raise Conflict(gettext("There is nothing to continue here."))
    require_budget(conversation)
    reopen(answer, conversation)
    earlier = Run.objects.filter(message=answer).select_related("version").latest("created_at")
    begin_run(conversation, answer, earlier.version)
    return answer


@transaction.atomic
def delete(conversation: Conversation) -> None:
    """Remove the conversation, also while an answer is being written in it."""
    locked(conversation.pk)
    # Who writes to the log of a run needs its row, and will not find it any more.
    list(Run.objects.live().select_for_update().filter(conversation=conversation))
    conversations.delete(conversation)


def free(conversation_id: uuid.UUID, by: User | None = None) -> Conversation:
    """The locked conversation, if an answer can be begun in it.

    Raises NotThere, and Conflict where one is being written or a person has taken over.
    """
    conversation = locked(conversation_id, by)
    if running := running_in(conversation_id):
        raise Conflict(
            gettext("%(name)s is here. The assistant is silent until they hand back.")
            % {"name": running.name}
        )
    if is_answering(conversation):
        raise Conflict(gettext("An answer is still being written. Wait for it, or stop it first."))
    return conversation


def _newest(conversation: Conversation, answer: Message) -> Message:
    if conversation.current_leaf_id != answer.pk:
        raise Conflict(gettext("The conversation has moved on. Reload the page to see it."))
    return (
        Message.objects.select_for_update(of=("self",)).select_related("parent").get(pk=answer.pk)
    )


def checked_model(model: str) -> str:
    """Raises Unusable for a model that is not offered."""
    if not model:
        return settings.DEFAULT_MODEL
    if model not in offers.offered():
        raise Unusable(gettext("This model is not offered here. Choose another one."))
    return model


def already_sent(by: User, message_id: uuid.UUID) -> Message | None:
    """The person's message of that id. Raises NotThere if the id is somebody else's."""
    message = Message.objects.select_related("conversation").filter(pk=message_id).first()
    if message and (message.conversation.owner_id != by.pk or message.role != "user"):
        raise NotThere
    return message
