"""What the staff writes to each other, marks, and puts into the queue by hand."""

import re
import uuid
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Conversation, Flag, Mark, Message
from chatapp.errors import Conflict, TooLarge, Unusable
from chatapp.live.doorbell import ring_on_commit
from chatapp.review.actions.items import QUEUE, staff, thread_topic
from chatapp.review.models import Category, Mention, Note, Rubric

MENTION = re.compile(r"(?<![\w.])@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)")
CORRECTED_MAX = 100_000  # characters


def checked(text: str, most: int = 0) -> str:
    """Raises TooLarge."""
    most = most or settings.COMMENT_MAX_CHARACTERS
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > most:
        raise TooLarge(
            gettext("This is longer than %(most)s characters. Shorten it.")
            % {"most": intcomma(most)}
        )
    return text


@transaction.atomic
def add_note(
    by: User, conversation: Conversation, text: str, message: Message | None = None
) -> Note:
    """Write a note, and tell the colleagues that it names with @. Raises Unusable, TooLarge."""
    text = checked(text)
    if not text:
        raise Unusable(gettext("Write something first."))
    note = Note.objects.create(conversation=conversation, message=message, author=by, text=text)
    named = [person for person in mentioned(text) if person != by]
    Mention.objects.bulk_create([Mention(note=note, person=person) for person in named])
    tell(conversation.pk, message.pk if message else None)
    return note


def mentioned(text: str) -> list[User]:
    """The colleagues that a text names: by address, by its first part, or by name."""
    names = {name.casefold().rstrip(".") for name in MENTION.findall(text)}
    if not names:
        return []
    return [person for person in staff() if names & _names_of(person)]


def _names_of(person: User) -> set[str]:
    name = person.name.casefold().replace(" ", "")
    return {person.email.casefold(), person.email.casefold().partition("@")[0], name} - {""}


@transaction.atomic
def delete_note(note: Note, by: User) -> None:
    """Raises Conflict for a colleague's."""
    if note.author_id not in (None, by.pk):
        raise Conflict(gettext("Only who wrote a note can delete it."))
    tell(note.conversation_id, note.message_id)
    note.delete()


@transaction.atomic
def mark(
    by: User,
    message: Message,
    verdict: str,
    categories: Sequence[str] = (),
    scores: Mapping[str, int] | None = None,
    words: tuple[str, str] = ("", ""),
) -> Mark:
    """Judge an answer, in the place of what one thought before.

    `words` are the corrected answer and a comment. Raises Unusable, TooLarge, Conflict.
    """
    if message.role != Message.Role.ASSISTANT or message.status == Message.Status.PENDING:
        raise Conflict(gettext("Only an answer that has ended can be marked."))
    if verdict not in Mark.Verdict.values:
        raise Unusable(gettext("A mark is good or bad."))
    asked = [name for name in categories if "\x00" not in name]
    known = set(Category.objects.filter(name__in=asked).values_list("name", flat=True))
    told = {
        "verdict": verdict,
        "categories": sorted(known),
        "scores": _checked_scores(scores or {}),
        "corrected": checked(words[0], CORRECTED_MAX),
        "comment": checked(words[1]),
        "changed_at": timezone.now(),
    }
    found, _ = Mark.objects.update_or_create(message=message, by=by, defaults=told)
    tell(message.conversation_id, message.pk)
    return found


def _checked_scores(scores: Mapping[str, int]) -> dict[str, int]:
    most = {rubric.name: rubric.most for rubric in Rubric.objects.all()}
    kept = {name: points for name, points in scores.items() if name in most}
    for name, points in kept.items():
        if not 1 <= points <= most[name]:
            raise Unusable(
                gettext("“%(name)s” takes 1 to %(most)s points.")
                % {"name": name, "most": most[name]}
            )
    return kept


@transaction.atomic
def remove_mark(message: Message, by: User) -> None:
    """Take one's own mark back; twice is once."""
    Mark.objects.filter(message=message, by=by).delete()
    tell(message.conversation_id, message.pk)


@transaction.atomic
def flag_by_hand(
    by: User, conversation: Conversation, why: str, message_id: uuid.UUID | None = None
) -> None:
    """Put a conversation into the queue. Raises Unusable, TooLarge."""
    why = checked(why, 500)
    if not why:
        raise Unusable(gettext("Say in a few words why."))
    flag(conversation.pk, Flag.Kind.COLLEAGUE, message_id=message_id, by=by, detail=why)


def tell(conversation_id: uuid.UUID, message_id: uuid.UUID | None = None) -> None:
    """Have open threads show what changed, and open queues what is mentioned in it."""
    news = {"message": str(message_id)} if message_id else {}
    ring_on_commit((thread_topic(conversation_id), news), (QUEUE, {}))
