"""Cases, and replays of versions against them."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models import Conversation
from chatapp.prompts.models import Prompt, Version
from chatapp.usage.models import Call, Money


class Case(models.Model):
    """An input, and what a good answer to it must do.

    `messages` is a copy of a thread up to a person's turn: [{"role", "content"}], content
    blocks as Claude takes them. `person` wrote it: the copy goes when their account goes.
    `checks` are those of `checks.py`; `answer` is the one that was given then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    messages = models.JSONField()
    answer = models.TextField(blank=True)
    checks = models.JSONField(default=list)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["prompt", "-created_at"], name="case_list")]

    def __str__(self) -> str:
        return self.name


class ReplayQuerySet(models.QuerySet["Replay"]):
    def unheld(self) -> Self:
        """Those that run, and that no process is at."""
        free = Q(held_until=None) | Q(held_until__lt=timezone.now())
        return self.filter(free, finished_at=None)


class Replay(models.Model):
    """A version against a set of cases, at once or by the batches of a night.

    Whoever works it off holds it by `held_until`, which has to be renewed; when it has
    passed, another process goes on.
    """

    class Mode(models.TextChoices):
        NOW = "now", _("at once")
        BATCH = "batch", _("overnight, at half the price")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=5, choices=Mode.choices, default=Mode.NOW)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    canceled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)

    objects = ReplayQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["version", "-created_at"], name="replay_of_version"),
            models.Index(
                fields=["created_at"], name="replay_open", condition=Q(finished_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mode__in=["now", "batch"]), name="replay_mode")
        ]

    def __str__(self) -> str:
        return f"Replay of {self.version}"


class Batch(models.Model):
    """Results that were handed to the Message Batches API together.

    The row is there before the batch is: without a `batch_id` nobody knows whether the
    API got it, and its results are handed in again.
    """

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="batches")
    batch_id = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.batch_id or "not handed in"


class Result(models.Model):
    """The answer of a version to one case, and how it was checked. One a replay and case."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELED = "canceled", _("Canceled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    replay = models.ForeignKey(Replay, models.CASCADE, related_name="results")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    text = models.TextField(blank=True)
    stop_reason = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    # [{"kind", "value", "passed", "reason"}], in the order of the case's checks.
    verdicts = models.JSONField(default=list)
    passed = models.BooleanField(null=True)
    cost = Money(null=True)  # of the answer and of those who judged it
    # The last result of the case by another version, which this one is compared with.
    before = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    was_passed = models.BooleanField(null=True)  # by what it is compared with
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["replay", "case"], name="one_result_a_case"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "running", "done", "failed", "canceled"]),
                name="result_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "canceled"], finished_at__isnull=False),
                name="result_finished_when_ended",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "-finished_at"], name="result_of_case"),
            models.Index(
                fields=["replay"], name="result_open", condition=Q(state__in=["pending", "running"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.state}"

    @property
    def is_worse(self) -> bool:
        return bool(self.was_passed) and (self.passed is False or self.state == "failed")
