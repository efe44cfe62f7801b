"""The verbs of a conversation's memory: make notes, mend them, keep words as they are."""

import uuid

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from procrastinate.exceptions import AlreadyEnqueued

from chatapp.accounts.models import User
from chatapp.context import tokens
from chatapp.context.cover import read
from chatapp.context.directions import current_version, options
from chatapp.context.models import Protection, Summary
from chatapp.context.tasks import compact
from chatapp.context.work import Occasion
from chatapp.conversations.actions import announce_memory, locked
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict, NotThere, TooLarge, Unusable

CHANGED = gettext_lazy("These notes have changed since. Reload the page to see them.")


def compact_later(conversation_id: uuid.UUID, occasion: Occasion = "full") -> None:
    """Have notes made behind the answers; one job waits for a conversation at most.

    `occasion`: the tail passed the high mark ("full"), the cache is cold and somebody
    comes back ("return"), or a person asks for it ("hand").
    """
    job = compact.configure(queueing_lock=f"compact {conversation_id}")
    try:
        # Within a savepoint: the refusal of a second job must not end the caller's transaction.
        with transaction.atomic():
            job.defer(conversation_id=str(conversation_id), occasion=occasion)
    except AlreadyEnqueued:
        pass


def visible_notes(user: User, summary_id: uuid.UUID) -> Summary:
    """Raises NotThere when they are missing or not theirs."""
    found = Summary.objects.visible_to(user).filter(pk=summary_id).first()
    if found is None:
        raise NotThere
    return found


@transaction.atomic
def correct_notes(row: Summary, text: str, by: User) -> Summary:
    """Put other words in the place of these notes; the old row stays.

    Raises Unusable, TooLarge, and Conflict when the row is no longer in use.
    """
    conversation = locked(row.conversation_id)
    _require_in_use(conversation, row)
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Unusable(gettext("Notes need at least one character."))
    size, limit = tokens.of_text(text), most_tokens(conversation, row)
    if size > limit:
        raise TooLarge(
            gettext("These notes have about %(size)s tokens; %(most)s are possible.")
            % {"size": intcomma(size), "most": intcomma(limit)}
        )
    mended = Summary.objects.get(pk=row.pk)
    mended.pk = uuid.uuid4()
    mended.text, mended.tokens_after = text, size
    mended.cost, mended.duration_ms, mended.request_id = None, 0, ""
    mended.replaces_id, mended.author, mended.created_at = row.pk, by, timezone.now()
    mended.save(force_insert=True)
    announce_memory(conversation)
    return mended


@transaction.atomic
def undo_correction(row: Summary) -> Summary:
    """Take a correction back; give the row that is in use again.

    Raises Conflict when it is none, or no longer in use.
    """
    conversation = locked(row.conversation_id)
    _require_in_use(conversation, row)
    if row.replaces is None:
        raise Conflict(gettext("These notes were not corrected."))
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    announce_memory(conversation)
    return row.replaces


def most_tokens(conversation: Conversation, row: Summary) -> int:
    """How long corrected notes may be: twice what the summarizer may write."""
    marks = options(current_version(conversation)).marks
    return 2 * (marks.merged_cap if row.level else marks.cap)


@transaction.atomic
def protect(message: Message, by: User) -> Protection:
    """Have a message sent word for word always. Raises Unusable, TooLarge, Conflict."""
    conversation = locked(message.conversation_id)
    if message.status == Message.Status.PENDING:
        raise Conflict(gettext("This answer is still being written. Wait for its end."))
    if not message.text.strip():
        raise Unusable(gettext("There are no words in this message to protect."))
    if found := Protection.objects.filter(message=message).first():
        return found
    size, limit = tokens.of_text(message.text), settings.PROTECTED_MAX_TOKENS
    used = protected_tokens(conversation)
    if used + size > limit:
        told = gettext(
            "This message has about %(size)s tokens; of %(most)s for protected messages "
            "%(free)s are free. Release another one first."
        )
        free = max(0, limit - used)
        raise TooLarge(
            told % {"size": intcomma(size), "most": intcomma(limit), "free": intcomma(free)}
        )
    announce_memory(conversation)
    return Protection.objects.create(message=message, conversation=conversation, by=by)


def protected_tokens(conversation: Conversation) -> int:
    """How much of PROTECTED_MAX_TOKENS is used."""
    ids = Protection.objects.filter(conversation=conversation).values("message")
    texts = Message.objects.filter(pk__in=ids).values_list("text", flat=True)
    return sum(map(tokens.of_text, texts))


@transaction.atomic
def unprotect(message: Message) -> None:
    """Let a message become notes like any other. Safe to repeat."""
    conversation = locked(message.conversation_id)
    Protection.objects.filter(message=message).delete()
    announce_memory(conversation)


def _require_in_use(conversation: Conversation, row: Summary) -> None:
    in_use = read(conversation.pk, conversation.current_leaf_id).rows
    if row.pk not in {other.pk for other in in_use}:
        raise Conflict(str(CHANGED))
