"""The queue: one item a conversation, whatever the reasons for it."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chatapp.accounts.models import User
from chatapp.accounts.roles import can_review
from chatapp.conversations.models import Conversation, Flag
from chatapp.prompts.models import Version


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(models.QuerySet["Item"]):
    def readable_by(self, user: User) -> Self:
        """All of them, for who may read what is flagged: that is why they are here."""
        return self if can_review(user) else self.none()

    def unresolved(self) -> Self:
        return self.exclude(status=Item.Status.RESOLVED)

    def by_waiting(self) -> Self:
        """The longest waiting first: the order of the queue and of its cursor."""
        return self.order_by("waiting_since", "pk")

    def after(self, waiting_since: datetime, pk: uuid.UUID) -> Self:
        # A bound and an exception, since of an "or" the index would read all that stands before.
        from_then = self.filter(waiting_since__gte=waiting_since)
        return from_then.exclude(waiting_since=waiting_since, pk__lte=pk)


class Item(models.Model):
    """A conversation that somebody should look at, and how far that has come.

        open ──> waiting (for the user) ──┐
          ^  └─> snoozed ────────────────┼──> resolved
          └──────── a new message ───────┴───────┘

    `waiting_since` is since when the user waits for us. The times by which we have to
    answer and to be done stand still while `paused_at` is set.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("state", "Open")
        WAITING = "waiting", _("Waiting for the user")
        SNOOZED = "snoozed", _("Snoozed")
        RESOLVED = "resolved", _("Resolved")

    class Priority(models.IntegerChoices):
        LOW = 0, _("Low")
        NORMAL = 1, _("Normal")
        HIGH = 2, _("High")
        URGENT = 3, _("Urgent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # One to one: no conversation stands in the queue twice.
    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # The kinds of its flags, and the version that gave the newest flagged answer.
    kinds = ArrayField(models.CharField(max_length=10, choices=Flag.Kind.choices), default=list)
    version = models.ForeignKey(
        Version, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    tags = models.ManyToManyField(Tag, related_name="items")
    wants_two = models.BooleanField(default=False)  # reviewers, who mark without seeing each other
    assigned_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(default=timezone.now)
    snoozed_until = models.DateTimeField(null=True)
    respond_by = models.DateTimeField(null=True)
    resolve_by = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    reopened = models.PositiveIntegerField(default=0)  # how often

    objects = ItemQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["status", "waiting_since", "id"], name="item_queue"),
            models.Index(
                fields=["waiting_since", "id"],
                name="item_unresolved",
                condition=~Q(status="resolved"),
            ),
            models.Index(
                fields=["assignee", "waiting_since", "id"],
                name="item_of_assignee",
                condition=~Q(status="resolved"),
            ),
            models.Index(
                fields=["version", "waiting_since", "id"],
                name="item_of_version",
                condition=Q(version__isnull=False),
            ),
            # For the counts of the views, which then read no rows.
            models.Index(
                fields=["status", "assignee"],
                name="item_counts",
                condition=~Q(status="resolved"),
            ),
            models.Index(
                fields=["snoozed_until"], name="item_to_wake", condition=Q(status="snoozed")
            ),
            models.Index(
                fields=["respond_by"],
                name="item_to_warn",
                condition=Q(warned_at=None, paused_at=None) & ~Q(status="resolved"),
            ),
            GinIndex(fields=["kinds"], name="item_kinds"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "waiting", "snoozed", "resolved"]),
                name="item_status",
            ),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | (~Q(status="resolved") & Q(resolved_at=None)),
                name="item_resolved_when",
            ),
            models.CheckConstraint(
                condition=Q(status="snoozed", snoozed_until__isnull=False)
                | (~Q(status="snoozed") & Q(snoozed_until=None)),
                name="item_snoozed_until",
            ),
        ]

    def __str__(self) -> str:
        return f"item of {self.conversation_id}"

    @property
    def due(self) -> datetime | None:
        """The next time by which something is owed; none while the clock stands still."""
        if self.paused_at or self.status == Item.Status.RESOLVED:
            return None
        return self.resolve_by if self.responded_at else self.respond_by

    @property
    def is_late(self) -> bool:
        return bool(self.due and self.due < timezone.now())

    @property
    def is_urging(self) -> bool:
        """Whether little time is left."""
        soon = timezone.now() + timedelta(minutes=settings.WARN_MINUTES)
        return bool(self.due and self.due < soon)

    @property
    def reasons(self) -> list[str]:
        return [str(Flag.Kind(kind).label) for kind in self.kinds]


class SavedView(models.Model):
    """A filter of the queue with a name; one's own, or everybody's."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )  # none: of all
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)  # of the address of the queue

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "name"], name="view_named_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Somebody of the staff has a conversation open; renewed by the page while it is."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "person"], name="present_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.conversation_id}"
