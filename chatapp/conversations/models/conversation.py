"""Conversations: rows, constraints, querysets."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, has_right
from chatapp.conversations.models.flags import Flag
from chatapp.conversations.models.folder import Folder
from chatapp.prompts.models import Prompt, Version


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> Self:
        """What the person may read: their own. The one question of access."""
        return self.filter(owner=user) if user.is_active else self.none()

    def open_to_staff(self, user: User) -> Self:
        """What the person may read of others by right. Each look at it is to be recorded."""
        others = self.filter(is_trial=False)
        if has_right(user, Right.READ_ALL):
            return others
        if has_right(user, Right.READ_FLAGGED):
            return others.filter(Exists(Flag.objects.filter(conversation=OuterRef("pk"))))
        return self.none()

    def kept(self) -> Self:
        """What lists and searches may show: no trials, and nothing temporary."""
        return self.filter(is_trial=False, expires_at=None)

    def listed(self, *, archived: bool = False) -> Self:
        """Pinned first, then the newest: the order of the list and of its cursor."""
        chats = self.kept().filter(archived_at__isnull=not archived)
        return chats.order_by(models.F("pinned_at").desc(nulls_last=True), "-active_at", "-id")

    def before(self, active_at: datetime, pk: uuid.UUID) -> Self:
        """The unpinned ones that stand after that place in `listed`."""
        return self.filter(pinned_at=None).filter(
            Q(active_at__lt=active_at) | Q(active_at=active_at, pk__lt=pk)
        )

    def titled(self, words: str) -> Self:
        return self.filter(title__icontains=words) if words else self


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=100)
    prompt = models.ForeignKey(
        Prompt, models.PROTECT, null=True, related_name="+", db_index=False
    )  # none: Claude is told nothing
    # Answers by this version for good; none: by the one that is published.
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # How hard Claude thinks; empty, and None: as the model is used to.
    effort = models.CharField(
        max_length=6, choices=Version.Effort.choices, blank=True, default="", db_default=""
    )
    thinks = models.BooleanField(null=True, blank=True)
    # The server tools that its owner has turned on (`prompts/servertools.py`).
    web = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    # Made in the admins' playground, and in no list or search.
    is_trial = models.BooleanField(default=False, db_default=False)
    folder = models.ForeignKey(
        Folder, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # The owner's instructions go along with what is sent; those of a folder always do.
    is_instructed = models.BooleanField(default=True, db_default=True)
    # A temporary chat: in no list, search or sample, and gone after this moment.
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(default=timezone.now)
    pinned_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    current_leaf = models.ForeignKey(
        "Message", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Counts every change that a page must show; pages tell what they have seen.
    revision = models.PositiveBigIntegerField(default=0)
    # The revision at which the path from root to leaf last changed otherwise
    # than by growing: a page older than that needs the whole log again.
    path_revision = models.PositiveBigIntegerField(default=0)
    # The revision at which the notes for Claude, or what is kept beside them, last changed.
    memory_revision = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        permissions: ClassVar = [(right.value, right.label) for right in Right]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-active_at", "-id"], name="conversation_list"),
            models.Index(
                fields=["folder", "-active_at", "-id"],
                name="conversation_of_folder",
                condition=Q(folder__isnull=False),
            ),
            models.Index(
                fields=["expires_at"],
                name="conversation_temporary",
                condition=Q(expires_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(path_revision__lte=models.F("revision")), name="path_within_revision"
            ),
        ]

    def __str__(self) -> str:
        return self.title or gettext("New chat")
