"""Deleting the accounts whose days of grace are over, with all that hangs on them.

From this floor, because conversations are deleted by their own action, which tells
open pages and whatever else keeps something of them.
"""

import logging

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from chatapp.accounts.actions import delete_account
from chatapp.accounts.models import User
from chatapp.conversations import actions
from chatapp.conversations.models import Conversation
from chatapp.errors import Conflict
from chatapp.usage.models import SentRequest

logger = logging.getLogger(__name__)

BATCH = 50


def delete_some() -> bool:
    """Delete a part of one account that is due. Answers whether there may be more to do.

    A large one takes many calls, none of them long; its last part is the account.
    """
    due = User.objects.filter(deletes_at__lte=timezone.now()).order_by("deletes_at", "pk")
    return any(_delete_some_of(user) for user in due.iterator())


def _delete_some_of(user: User) -> bool:
    """Answers False for one who has to stay: a later call finds the others nevertheless."""
    conversations = Conversation.objects.filter(owner=user)[:BATCH]
    for conversation in conversations:
        actions.delete(conversation)
    if conversations:
        return True
    requests = SentRequest.objects.filter(person=user).values_list("pk", flat=True)[:BATCH]
    if SentRequest.objects.filter(pk__in=list(requests)).delete()[0]:
        return True
    try:
        delete_account(user)
    except Conflict:
        logger.warning("Account %s is due, but it is the last that administers", user.pk)
        return False
    return True


def forget_sessions() -> None:
    """Sessions that ended by themselves still name their person until somebody clears them."""
    SessionStore.clear_expired()
