"""Folders of conversations, and what a person wants Claude to know of them."""

import uuid
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from chatapp.accounts.models import User

MOST_CHARACTERS: Final = 3_000  # of one text of instructions


class FolderQuerySet(models.QuerySet["Folder"]):
    def visible_to(self, user: User) -> Self:
        """Their own; folders are nobody else's business."""
        return self.filter(owner=user) if user.is_active else self.none()


class Folder(models.Model):
    """A project: its conversations stand together, and its instructions go along with each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=80)
    instructions = models.TextField(max_length=MOST_CHARACTERS, blank=True)

    objects = FolderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("owner", Lower("name"), name="folder_name_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class Instructions(models.Model):
    """What a person tells Claude of themselves; it goes along with all their conversations.

    Apart from the account, which every request reads.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    about = models.TextField(max_length=MOST_CHARACTERS, blank=True)
    manner = models.TextField(max_length=MOST_CHARACTERS, blank=True)  # how to answer
    is_on = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"instructions of {self.owner_id}"
