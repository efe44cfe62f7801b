"""The verbs of a message that waits for its turn. The conversation must be locked."""

from django.utils.translation import gettext as _

from chatapp.conversations.actions import announce
from chatapp.conversations.models import Conversation, QueuedMessage
from chatapp.conversations.models.queued import MOST
from chatapp.errors import Conflict


def add_waiting(conversation: Conversation, waiting: QueuedMessage) -> None:
    """Have a new message wait behind those that wait already. Raises Conflict for one too many."""
    if QueuedMessage.objects.filter(conversation=conversation).count() >= MOST:
        raise Conflict(
            _("%(count)s messages wait already. Wait until one was sent, or withdraw one.")
            % {"count": MOST}
        )
    waiting.conversation = conversation
    waiting.save(force_insert=True)
    _announce(conversation)


def reword(conversation: Conversation, waiting: QueuedMessage, text: str) -> None:
    """Have it say something else; its place stays."""
    waiting.text = text
    waiting.obstacle = ""
    waiting.save(update_fields=["text", "obstacle"])
    _announce(conversation)


def hold(conversation: Conversation, waiting: QueuedMessage, why: str) -> None:
    """Have it wait on, because it could not be sent when its turn came."""
    if waiting.obstacle != why:
        waiting.obstacle = why[:500]
        waiting.save(update_fields=["obstacle"])
        _announce(conversation)


def withdraw(conversation: Conversation, waiting: QueuedMessage) -> None:
    waiting.delete()
    _announce(conversation)


def _announce(conversation: Conversation) -> None:
    announce(conversation)
    conversation.save(update_fields=["revision"])
