"""Copies of a branch that anybody may read who has the link."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.models.conversation import Conversation


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: User) -> Self:
        """What the person may manage: their own."""
        return self.filter(owner=user) if user.is_active else self.none()

    def open_at(self, now: datetime) -> Self:
        """Those whose links lead somewhere: not revoked, not expired, of an active person."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(unexpired, revoked_at=None, owner__is_active=True)


class Share(models.Model):
    """A snapshot of a branch, read by whoever has the link.

    The link's token is not kept, only its SHA-256: who reads this table opens nothing. The
    snapshot is of the day it was made; what is said or deleted later does not change it,
    save that it goes with its conversation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=150, blank=True)  # of the owner, if that was wanted
    # [{"role", "model", "at", "pieces": [{"kind", "text", …}]}]: see exporting/pieces.py
    snapshot = models.JSONField(default=list)
    message_count = models.PositiveIntegerField()
    with_thinking = models.BooleanField(default=False)
    with_tools = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"], name="share_list"),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Untitled chat")

    @property
    def is_open(self) -> bool:
        now = timezone.now()
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
