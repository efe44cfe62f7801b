"""Runs, their stream log, and the leases of the processes that write it."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from chatapp.prompts.models import Version
from chatapp.usage.models import Call

# What a piece of the stream log may be; what each holds says `log.py`.
KINDS = ("text", "thinking", "tool", "thought", "cite", "redacted")


class Runner(models.Model):
    """A process that writes answers, and the lease by which it may.

    Every commit to the stream log locks this row; whoever takes the lease away
    (`retired_at`) therefore knows that nothing is written after.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"runner {self.id}"


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(conversation__in=Conversation.objects.visible_to(user))

    def on_record(self) -> Self:
        """Those whose request can be looked at: they have ended, and something was sent."""
        return self.filter(call__sent_request__isnull=False)

    def live(self) -> Self:
        return self.filter(state__in=Run.LIVE)

    def newest_of(self, message_ids: list[uuid.UUID]) -> Self:
        return (
            self.filter(message__in=message_ids)
            .select_related("call")
            .order_by("message", "-created_at", "-id")
            .distinct("message")
        )


class Run(models.Model):
    """Claude's work on one message: one request, and one more after each round of tools.

        queued ──> waiting ──> thinking ──> writing
          │           │            │           │
          └───────────┴────────────┴───────────┴──> done | stopped | failed | interrupted

    A terminal state is given once, by whoever holds the row's lock first.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        WAITING = "waiting", _("Waiting")  # taken; Claude has not said anything yet
        THINKING = "thinking", pgettext_lazy("state", "Thinking")
        WRITING = "writing", pgettext_lazy("state", "Writing")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        INTERRUPTED = "interrupted", _("Interrupted")

    LIVE: ClassVar = [State.QUEUED, State.WAITING, State.THINKING, State.WRITING]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    runner = models.ForeignKey(Runner, models.SET_NULL, null=True, related_name="runs")
    state = models.CharField(max_length=11, choices=State.choices, default=State.QUEUED)
    model = models.CharField(max_length=100)
    # Of the system prompt; chosen when the run is queued, and kept by a continuation.
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    # Of the staff, who took over; none: the owner, or nobody.
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    finished_at = models.DateTimeField(null=True)
    error_type = models.CharField(max_length=60, blank=True)
    error_sentence = models.TextField(blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    usage = models.JSONField(default=dict)
    # In the ledger, as soon as it is accounted for; of several rounds the last.
    call = models.ForeignKey(Call, models.SET_NULL, null=True, related_name="+", db_index=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="run_queue", condition=Q(state="queued")),
            models.Index(
                fields=["owner"],
                name="run_live_of_owner",
                condition=Q(finished_at__isnull=True),
            ),
            models.Index(
                fields=["runner"], name="run_live_of_runner", condition=Q(finished_at__isnull=True)
            ),
            models.Index(fields=["message", "-created_at"], name="run_of_message"),
            # Without it, each call that is deleted by age would read all runs.
            models.Index(fields=["call"], name="run_of_call", condition=Q(call__isnull=False)),
            models.Index(
                fields=["version", "-created_at"],
                name="run_of_version",
                condition=Q(version__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(finished_at__isnull=True),
                name="one_live_run_per_conversation",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "waiting", "thinking", "writing"],
                    finished_at__isnull=True,
                )
                | Q(
                    state__in=["done", "stopped", "failed", "interrupted"],
                    finished_at__isnull=False,
                ),
                name="run_finished_when_terminal",
            ),
            models.CheckConstraint(
                condition=Q(state="queued")
                | Q(claimed_at__isnull=False)
                | Q(finished_at__isnull=False),
                name="run_claimed_when_started",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.id} ({self.state})"

    @property
    def is_live(self) -> bool:
        return self.finished_at is None


class Chunk(models.Model):
    """A piece of the stream log of a live run; removed when the message holds it all.

    `start` counts the characters (Unicode code points) of all blocks before it.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="chunks")
    start = models.PositiveIntegerField()
    block = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "start"], name="chunk_starts_once"),
            models.CheckConstraint(condition=~Q(text=""), name="chunk_has_text"),
            models.CheckConstraint(condition=Q(start__gte=0), name="chunk_start_counts"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="chunk_kind"),
        ]
        ordering: ClassVar = [F("run"), F("start")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.start}"
