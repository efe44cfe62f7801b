"""What the owner is shown of messages that wait, and does with them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chatapp.accounts.models import User
from chatapp.context.directions import directions
from chatapp.context.plan import require_room
from chatapp.conversations import queued
from chatapp.conversations.actions import checked_words, locked
from chatapp.conversations.files.actions import chosen
from chatapp.conversations.files.blocks import block_of
from chatapp.conversations.models import Conversation, Message, QueuedMessage, StoredFile
from chatapp.conversations.models.queued import MOST
from chatapp.errors import Conflict, NotThere
from chatapp.generation.turns import is_answering, next_turns
from chatapp.live.frames import frame_of
from chatapp.rendering import render_plain


@dataclass(frozen=True)
class Bubble:
    """One message that waits, as it is shown."""

    row: QueuedMessage
    files: Sequence[str] = ()  # their names

    @property
    def html(self) -> SafeString:
        return render_plain(self.row.text)


@dataclass(frozen=True)
class Waiting:
    """Of one conversation: the context of `generation/_waiting.html`."""

    conversation_id: uuid.UUID
    bubbles: Sequence[Bubble]

    @property
    def is_full(self) -> bool:
        return len(self.bubbles) >= MOST


def waiting_in(conversation_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Waiting]:
    """For each of the conversations; one query, and one where files wait, too."""
    ids = list(conversation_ids)
    found: dict[uuid.UUID, list[Bubble]] = defaultdict(list)
    rows = list(QueuedMessage.objects.filter(conversation__in=ids).in_turn())
    files = [pk for row in rows for pk in row.files]
    known = StoredFile.objects.in_bulk(files) if files else {}
    for row in rows:
        names = [known[pk].name for pk in row.files if pk in known]
        found[row.conversation_id].append(Bubble(row, names))
    return {pk: Waiting(pk, found[pk]) for pk in ids}


def waiting_frame(waiting: Waiting) -> str:
    """The same fragment as in the page."""
    return frame_of("part", render_to_string("generation/_waiting.html", {"waiting": waiting}))


def visible_waiting(user: User, message_id: uuid.UUID) -> QueuedMessage:
    """Raises NotThere when it is missing or not theirs, and Conflict when it was sent meanwhile."""
    found = QueuedMessage.objects.visible_to(user).filter(pk=message_id).first()
    if found:
        return found
    if Message.objects.visible_to(user).filter(pk=message_id).exists():
        raise Conflict(_("This message was sent meanwhile."))
    raise NotThere


@transaction.atomic
def reword(by: User, message_id: uuid.UUID, text: str) -> uuid.UUID:
    """Have it say something else. Raises NotThere, Conflict, Unusable, TooLarge."""
    conversation, waiting = _locked(by, message_id)
    text = checked_words(text, waiting.files)
    files = chosen(User(pk=conversation.owner_id), waiting.files)
    require_room(directions(conversation), text, [block_of(file) for file in files])
    queued.reword(conversation, waiting, text)
    return _gone_on(conversation)


@transaction.atomic
def withdraw(by: User, message_id: uuid.UUID) -> uuid.UUID:
    """Take it back; those behind it go on. Raises NotThere, Conflict."""
    conversation, waiting = _locked(by, message_id)
    queued.withdraw(conversation, waiting)
    return _gone_on(conversation)


@transaction.atomic
def try_again(by: User, message_id: uuid.UUID) -> uuid.UUID:
    """Send what could not be sent when its turn came, if that is possible now."""
    conversation, _waiting = _locked(by, message_id)
    return _gone_on(conversation)


def _locked(by: User, message_id: uuid.UUID) -> tuple[Conversation, QueuedMessage]:
    """Read again under the lock: its turn may have come meanwhile."""
    conversation = locked(visible_waiting(by, message_id).conversation_id, by)
    return conversation, visible_waiting(by, message_id)


def _gone_on(conversation: Conversation) -> uuid.UUID:
    if not is_answering(conversation):
        next_turns([conversation])
    return conversation.pk
