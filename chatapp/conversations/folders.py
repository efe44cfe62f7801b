"""The verbs of folders, and what a person tells Claude of themselves."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.actions import announce_lists
from chatapp.conversations.models import Conversation, Folder, FolderQuerySet, Instructions
from chatapp.conversations.models.folder import MOST_CHARACTERS
from chatapp.conversations.named import bounded, cleaned, save_named
from chatapp.errors import Unusable

MOST_FOLDERS: Final = 200


def folders_of(user: User) -> FolderQuerySet:
    """By name, each with the `count` of its listed conversations."""
    inside = Conversation.objects.kept().filter(folder=OuterRef("pk"), archived_at=None)
    counted = inside.order_by().values("folder").annotate(count=Count("pk")).values("count")
    found = Folder.objects.visible_to(user).order_by(Lower("name"))
    return found.annotate(count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


@transaction.atomic
def save_folder(folder: Folder, name: str, instructions: str) -> None:
    """Create or change it. Raises Unusable."""
    folder.name = cleaned(name, 80)
    folder.instructions = bounded(instructions, MOST_CHARACTERS)
    # Whoever has that many gets no more; what exists can always be changed.
    is_new = folder._state.adding
    if is_new and Folder.objects.filter(owner=folder.owner_id).count() >= MOST_FOLDERS:
        raise Unusable(gettext("%(most)s folders are possible.") % {"most": MOST_FOLDERS})
    save_named(folder)
    announce_lists(folder.owner_id)


@transaction.atomic
def dissolve(folder: Folder) -> None:
    """Remove the folder; its conversations stay and stand in the list again."""
    folder.delete()
    announce_lists(folder.owner_id)


def instructions_of(owner_id: int) -> Instructions:
    """What the person told, or an empty row that is not saved."""
    found = Instructions.objects.filter(owner=owner_id).first()
    return found or Instructions(owner_id=owner_id)


def save_instructions(user: User, texts: Sequence[str], *, is_on: bool) -> None:
    """`texts` are about the person and how to answer. Holds from the next answer on.

    Raises Unusable.
    """
    about, manner = (bounded(text, MOST_CHARACTERS) for text in texts)
    told = {"about": about, "manner": manner, "is_on": is_on}
    Instructions.objects.update_or_create(owner=user, defaults=told)
