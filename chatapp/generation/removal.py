"""Removing many conversations, also while answers are being written in them."""

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from chatapp.conversations.actions import announce_lists, topic
from chatapp.conversations.folders import dissolve
from chatapp.conversations.models import Conversation, Folder
from chatapp.generation.models import Run
from chatapp.live.doorbell import ring_on_commit

BATCH: Final = 200


def delete_many(owner_id: int, ids: Sequence[uuid.UUID]) -> int:
    """Remove those of the owner's for good; answer how many. A batch is a transaction."""
    return sum(_delete(owner_id, ids[at : at + BATCH]) for at in range(0, len(ids), BATCH))


def delete_folder(folder: Folder, *, with_chats: bool) -> None:
    """Remove a folder, and all that stands in it if that is wished."""
    if with_chats:
        inside = Conversation.objects.filter(folder=folder, owner=folder.owner_id)
        delete_many(folder.owner_id, list(inside.values_list("pk", flat=True)))
    dissolve(folder)


@transaction.atomic
def _delete(owner_id: int, ids: Sequence[uuid.UUID]) -> int:
    rows = Conversation.objects.filter(pk__in=ids, owner=owner_id)
    # Locked in the order in which everybody does: conversations by key, then runs.
    found = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    list(Run.objects.live().select_for_update().filter(conversation__in=found).order_by("pk"))
    Conversation.objects.filter(pk__in=found).delete()
    ring_on_commit(*((topic(pk), {"deleted": True}) for pk in found))
    announce_lists(owner_id)
    return len(found)
