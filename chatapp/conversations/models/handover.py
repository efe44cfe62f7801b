"""A person in the place of the assistant: asked for, and there."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models.conversation import Conversation


class HelpRequest(models.Model):
    """Somebody is wanted: by the owner, or by Claude, who says why. Open until it has an end."""

    class End(models.TextChoices):
        TAKEN = "taken", _("A person came")
        WITHDRAWN = "withdrawn", _("Taken back")
        CLOSED = "closed", _("Closed by the staff")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )  # none: Claude
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=9, choices=End.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at=None), name="one_open_help_request"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="")
                | Q(ended_at__isnull=False, end__in=["taken", "withdrawn", "closed"]),
                name="help_request_end",
            ),
        ]

    def __str__(self) -> str:
        return f"help wanted in {self.conversation_id}"


class TakeoverQuerySet(models.QuerySet["Takeover"]):
    def running(self) -> Self:
        return self.filter(ended_at=None)


class Takeover(models.Model):
    """A person speaks in the place of the assistant, which is silent until `ended_at`.

    `name` and `picture` (an emoji, or nothing) are what the owner is shown. `seen_at` is
    the last sign of life: a takeover whose person is gone ends by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    picture = models.CharField(max_length=16, blank=True)
    why = models.TextField(blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )  # none: it ended by itself
    told = models.TextField(blank=True)  # what the assistant is told about it

    objects = TakeoverQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at=None), name="one_running_takeover"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seen_at"], name="takeover_running", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.conversation_id}"
