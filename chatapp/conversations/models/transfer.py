"""What is carried out of the house and into it, by jobs that take their time."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models.conversation import Conversation


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(owner=user) if user.is_active else self.none()

    def live(self) -> Self:
        return self.filter(state__in=["waiting", "running"])


class Transfer(models.Model):
    """One export or import.

        waiting ──> running ──> done | failed
           └───────────┴──────> cancelled

    A process that works on it renews `held_until`; when that has passed, another one begins
    it anew, which for an import means: goes on after what is there.
    """

    class Kind(models.TextChoices):
        PDF = "pdf"
        CHOSEN = "chosen"
        EVERYTHING = "everything"
        IMPORT = "import"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    # Of a PDF: what it shows.
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+")
    chosen = models.JSONField(default=list)  # of an export of several: the ids of what is in it
    title = models.CharField(max_length=200, blank=True)  # what the person calls it
    file = models.CharField(max_length=200, blank=True)  # its name in the storage
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)  # 0: not known yet; of an import bytes
    place = models.PositiveBigIntegerField(default=0)  # how much of the total is behind us
    # Of an import: how many came in, were here already, and could not be read.
    added = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # [{"at": 3, "title": "…", "why": "…"}], the first 1,000
    problems = models.JSONField(default=list)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    held_by = models.UUIDField(null=True)  # one taking of it, by whatever process
    held_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"], name="transfer_list"),
            models.Index(
                fields=["created_at"],
                name="transfer_live",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["pdf", "chosen", "everything", "import"]),
                name="transfer_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at=None)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
                name="transfer_state",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(kind="everything", state__in=["waiting", "running"]),
                name="one_full_export_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far it is; None while that is not known."""
        return min(100, 100 * self.place // self.total) if self.total else None


class ImportedFrom(models.Model):
    """Where a conversation came from, so that the same file twice brings it once."""

    class Source(models.TextChoices):
        OURS = "ours"
        CHATGPT = "chatgpt"
        CLAUDE = "claude"

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    source = models.CharField(max_length=7, choices=Source.choices)
    external_id = models.CharField(max_length=200)
    # What is found again by the very import that brought it was not here already.
    transfer = models.ForeignKey(Transfer, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "source", "external_id"], name="imported_once"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["ours", "chatgpt", "claude"]), name="import_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
