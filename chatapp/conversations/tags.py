"""Tags of a person's own: put on, taken off, and gone when no conversation has them."""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.actions import announce_place, locked
from chatapp.conversations.models import Conversation, OwnTag, Tagging
from chatapp.conversations.named import cleaned
from chatapp.errors import Unusable

MOST_TAGS: Final = 200  # of one person
MOST_ON_ONE: Final = 20


def tags_of(owner: User) -> list[OwnTag]:
    return list(OwnTag.objects.filter(owner=owner))


def tags_on(conversation: Conversation) -> list[OwnTag]:
    on = Tagging.objects.filter(conversation=conversation)
    return list(OwnTag.objects.filter(pk__in=on.values("tag")))


@transaction.atomic
def set_tags(conversation: Conversation, kept: Collection[str], added: str) -> None:
    """Leave those tags on it (by their keys), and put on what is named, between commas.

    Raises Unusable.
    """
    conversation = locked(conversation.pk)
    own = OwnTag.objects.filter(owner=conversation.owner_id)
    wanted = {tag.pk: tag for tag in own if str(tag.pk) in kept}
    wanted |= {tag.pk: tag for tag in named(conversation.owner_id, added)}
    if len(wanted) > MOST_ON_ONE:
        raise _too_many()
    there = Tagging.objects.filter(conversation=conversation)
    there.exclude(tag__in=wanted).delete()
    new = [Tagging(conversation=conversation, tag=tag) for tag in wanted.values()]
    Tagging.objects.bulk_create(new, ignore_conflicts=True)
    drop_unused(conversation.owner_id)
    announce_place(conversation)


@transaction.atomic
def add_tags(owner: User, conversation_ids: Iterable[UUID], added: str) -> None:
    """Put on what is named, between commas. The conversations must be the owner's.

    Raises Unusable where one would have too many; then none gets any.
    """
    ids = list(conversation_ids)
    new = [Tagging(conversation_id=pk, tag=tag) for tag in named(owner.pk, added) for pk in ids]
    Tagging.objects.bulk_create(new, ignore_conflicts=True)
    on = Tagging.objects.filter(conversation__in=ids).order_by().values("conversation")
    if on.annotate(count=Count("pk")).filter(count__gt=MOST_ON_ONE).exists():
        raise _too_many()


def named(owner_id: int, text: str) -> list[OwnTag]:
    """The owner's tags of those names, made where they are missing. Raises Unusable."""
    names = {cleaned(part.lstrip("# "), 40) for part in text.split(",") if part.strip("# \x00\t")}
    if len(names) > MOST_ON_ONE:
        raise _too_many()
    new = [OwnTag(owner_id=owner_id, name=name) for name in names]
    # Who names a tag in two tabs at once gets one: the constraint folds the case.
    OwnTag.objects.bulk_create(new, ignore_conflicts=True)
    own = list(OwnTag.objects.filter(owner=owner_id))
    if len(own) > MOST_TAGS:
        raise Unusable(gettext("%(most)s tags are possible.") % {"most": MOST_TAGS})
    folded = {name.lower() for name in names}
    return [tag for tag in own if tag.name.lower() in folded]


def drop_unused(owner_id: int) -> None:
    used = Exists(Tagging.objects.filter(tag=OuterRef("pk")))
    OwnTag.objects.filter(~used, owner=owner_id).delete()


def _too_many() -> Unusable:
    return Unusable(gettext("A conversation has at most %(most)s tags.") % {"most": MOST_ON_ONE})
