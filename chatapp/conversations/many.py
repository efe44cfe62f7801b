"""The same done to many conversations at once: one transaction, and one ring for all."""

import uuid
from collections.abc import Sequence
from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.actions import announce_lists
from chatapp.conversations.models import Conversation, ConversationQuerySet, Folder
from chatapp.conversations.tags import add_tags
from chatapp.errors import Unusable

MOST: Final = 1_000


def chosen(by: User, given: Sequence[str]) -> list[uuid.UUID]:
    """Those of the given keys that are the person's own; what is gone meanwhile is left out.

    Raises Unusable for none, for too many, and for what is no key.
    """
    if len(given) > MOST:
        raise Unusable(gettext("Choose at most %(most)s conversations.") % {"most": intcomma(MOST)})
    try:
        keys = [uuid.UUID(key) for key in given]
    except ValueError:
        raise Unusable(gettext("This choice is not known. Reload the page.")) from None
    found = Conversation.objects.visible_to(by).kept().filter(pk__in=keys)
    ids = list(found.values_list("pk", flat=True))
    if not ids:
        raise Unusable(gettext("Choose a conversation first."))
    return ids


@transaction.atomic
def archive_many(by: User, ids: Sequence[uuid.UUID], *, on: bool) -> None:
    _own(by, ids).update(archived_at=timezone.now() if on else None)
    announce_lists(by.pk)


@transaction.atomic
def move_many(by: User, ids: Sequence[uuid.UUID], folder: Folder | None) -> None:
    _own(by, ids).update(folder=folder)
    announce_lists(by.pk)


@transaction.atomic
def tag_many(by: User, ids: Sequence[uuid.UUID], names: str) -> None:
    """Raises Unusable."""
    add_tags(by, _own(by, ids).values_list("pk", flat=True), names)
    announce_lists(by.pk)


def _own(by: User, ids: Sequence[uuid.UUID]) -> ConversationQuerySet:
    # In the order of their keys, as everybody locks many, so nobody waits in a circle.
    rows = Conversation.objects.visible_to(by).filter(pk__in=ids)
    list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    return rows
