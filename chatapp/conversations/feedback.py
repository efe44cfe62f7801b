"""Judging answers: a thumb at once, a reason and a comment if one likes."""

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.actions import announce, locked
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Feedback, Flag, Message
from chatapp.errors import Conflict, TooLarge, Unusable


@transaction.atomic
def judge(
    message: Message, by: User, verdict: str, reason: str = "", comment: str = ""
) -> Feedback:
    """Keep what a person thinks of an answer, in the place of what they thought before.

    Raises Unusable, TooLarge, and Conflict for what is no finished answer.
    """
    if verdict not in Feedback.Verdict.values:
        raise Unusable(gettext("Thumbs go up or down."))
    allowed = Feedback.REASONS[Feedback.Verdict(verdict)]
    if reason and reason not in allowed:
        raise Unusable(gettext("This reason is not one of those that can be given."))
    comment = comment.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(comment) > settings.COMMENT_MAX_CHARACTERS:
        raise TooLarge(
            gettext("A comment has at most %(count)s characters.")
            % {"count": intcomma(settings.COMMENT_MAX_CHARACTERS)}
        )
    # Under the conversation's lock two clicks come one after the other.
    _announce(message)
    now = timezone.now()
    told = {"verdict": verdict, "reason": reason, "comment": comment, "changed_at": now}
    found, _ = Feedback.objects.update_or_create(message=message, person=by, defaults=told)
    if verdict == Feedback.Verdict.DOWN and comment:
        flag(message.conversation_id, Flag.Kind.THUMB, message_id=message.pk, by=by)
    return found


@transaction.atomic
def withdraw(message: Message, by: User) -> None:
    """Take back what one thought; twice is once."""
    _announce(message)
    Feedback.objects.filter(message=message, person=by).delete()


def _announce(message: Message) -> None:
    """Have every open page show the message anew."""
    conversation = locked(message.conversation_id)
    row = Message.objects.select_for_update().get(pk=message.pk)
    if row.role != Message.Role.ASSISTANT or row.status == Message.Status.PENDING:
        raise Conflict(gettext("Only an answer that has ended can be judged."))
    row.revision = announce(conversation)
    row.save(update_fields=["revision"])
    conversation.save(update_fields=["revision"])
