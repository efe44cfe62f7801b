"""Prompts, their versions, and what was published when by whom."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from chatapp.accounts.models import User

PRODUCTION = "production"  # the label whose version answers people


class PromptQuerySet(models.QuerySet["Prompt"]):
    def offered_to(self, user: User) -> Self:
        """What the person may choose for a new conversation: published and meant for them."""
        meant = Q(is_for_everyone=True) | Q(audiences__group__in=user.groups.all())
        live = self.filter(meant, retired_at=None, labels__name=PRODUCTION)
        return live.distinct() if user.is_active else self.none()


class Prompt(models.Model):
    """What an assistant is told before people speak to it. Members see all but the body.

    `is_kept` binds a conversation to the version that it began with; else it follows
    the production label.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    icon = models.CharField(max_length=8, blank=True)
    openings = ArrayField(models.CharField(max_length=200), default=list, blank=True, size=6)
    is_for_everyone = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)  # for whoever has no default by a group
    is_kept = models.BooleanField(default=False)
    needs_approval = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(retired_at=None), name="one_prompt_of_a_name"
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_prompt"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_for_everyone=True, retired_at=None),
                name="default_prompt_for_everyone",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Audience(models.Model):
    """A group whose people may choose a prompt; for one of them it is where they begin."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="audiences")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "group"], name="audience_once"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(is_default=True), name="one_default_of_a_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} for {self.group}"


class VersionQuerySet(models.QuerySet["Version"]):
    def with_state(self) -> Self:
        """With `was_published`: whether any label ever pointed to it."""
        published = Publication.objects.filter(version=models.OuterRef("pk"))
        return self.annotate(was_published=models.Exists(published))


class Version(models.Model):
    """One state of a prompt, for good: every save makes another.

    The database refuses a change (migration 0002). `model`, `max_tokens` and `effort`
    are those of the request; empty, the installation and the person choose. `marks`
    stand for single marks of `context/policy.py`, with "model" and "prompt" of the
    summarizer. `variables` are the admin's own, with their defaults; `tools` names what
    Claude may use (`prompts/tools.py`). There is no temperature: the API refuses it for
    all models (Messages API, version 2026-10-21).
    """

    class Effort(models.TextChoices):
        LOW = "low", pgettext_lazy("effort", "Low")
        MEDIUM = "medium", pgettext_lazy("effort", "Medium")
        HIGH = "high", pgettext_lazy("effort", "High")
        XHIGH = "xhigh", pgettext_lazy("effort", "Very high")
        MAX = "max", pgettext_lazy("effort", "Max")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    model = models.CharField(max_length=100, blank=True)
    max_tokens = models.PositiveIntegerField(null=True, blank=True)
    effort = models.CharField(max_length=6, choices=Effort.choices, blank=True)
    stop_sequences = ArrayField(models.CharField(max_length=100), default=list, blank=True, size=4)
    marks = models.JSONField(default=dict, blank=True)
    variables = models.JSONField(default=dict, blank=True)
    tools = ArrayField(models.CharField(max_length=64), default=list, db_default=[], blank=True)
    # Of the server tools among them: how often, and where (`prompts/servertools.py`).
    web = models.JSONField(default=dict, db_default={}, blank=True)
    note = models.TextField(blank=True)  # what changed, and why
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "number"], name="version_number"),
            models.CheckConstraint(
                condition=Q(effort__in=["", "low", "medium", "high", "xhigh", "max"]),
                name="version_effort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.number}"

    @property
    def state(self) -> str:
        """Draft, published or retired; of a row read by `with_state`."""
        if self.retired_at:
            return pgettext("state of a version", "retired")
        if getattr(self, "was_published", False):
            return pgettext("state of a version", "published")
        return pgettext("state of a version", "draft")


class RolloutQuerySet(models.QuerySet["Rollout"]):
    def live(self) -> Self:
        return self.filter(ended_at=None)


class Rollout(models.Model):
    """A version for some of the conversations, the other one as control.

    A threshold that is passed ends it by itself, once each side has `min_answers`.
    """

    class End(models.TextChoices):
        PUBLISHED = "published", _("published to all")
        STOPPED = "stopped", _("taken back")
        FELL_BACK = "fell back", _("fell back by itself")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="rollouts")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    control = models.ForeignKey(Version, models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()  # of the conversations get `version`
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    end = models.CharField(max_length=9, choices=End.choices, blank=True)
    end_reason = models.TextField(blank=True)
    min_answers = models.PositiveIntegerField(default=50)
    max_down_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    max_error_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    max_cost_percent = models.PositiveSmallIntegerField(null=True, blank=True)  # of control's

    objects = RolloutQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["prompt"], condition=Q(ended_at=None), name="one_live_rollout"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=99), name="rollout_percent"
            ),
            models.CheckConstraint(
                condition=~Q(version=models.F("control")), name="rollout_of_two_versions"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="rollout_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} for {self.percent} %"

    @property
    def control_percent(self) -> int:
        return 100 - self.percent


class Label(models.Model):
    """A name that points to a version and can move; `production` answers people."""

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)
    version = models.ForeignKey(Version, models.PROTECT, related_name="labels")
    # The one that is under way, of the production label alone: both are read at once.
    rollout = models.ForeignKey(Rollout, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "name"], name="label_once"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z0-9][a-z0-9._-]*$"), name="label_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Publication(models.Model):
    """A label was moved to a version: by whom, why, with which evidence. Append-only."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("kind of publication", "published")
        ROLLED_BACK = "rolled back", pgettext_lazy("kind of publication", "rolled back")
        ROLLED_OUT = "rolled out", pgettext_lazy("kind of publication", "published after a rollout")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="publications")
    label = models.CharField(max_length=40)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    before = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # The last replay of exactly this version, as it stood then; empty: there was none.
    evidence = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["prompt", "-at"], name="publication_list")]
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.label} {self.kind}: {self.version}"


class Approval(models.Model):
    """Somebody other than the author says that a version may go live."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "by"], name="approved_once")
        ]

    def __str__(self) -> str:
        return f"{self.by} approves {self.version}"


class Comment(models.Model):
    """What somebody says of a version, or of one line of its body (from 1)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="comments")
    line = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_has_text")
        ]

    def __str__(self) -> str:
        return self.text[:40]
