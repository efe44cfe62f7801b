"""What is thought of answers: by the people who asked, and by staff."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models.message import Message


class Feedback(models.Model):
    """What the person who asked thinks of an answer: one thumb, changeable, with a reason."""

    class Verdict(models.TextChoices):
        UP = "up", _("Good answer")
        DOWN = "down", _("Bad answer")

    class Reason(models.TextChoices):
        CORRECT = "correct", _("Correct")
        HELPFUL = "helpful", _("Helpful")
        WELL_WRITTEN = "well written", _("Well written")
        WRONG = "wrong", _("Wrong")
        NOT_HELPFUL = "not helpful", _("Not helpful")
        DISOBEYED = "disobeyed", _("Did not follow instructions")
        TOO_LONG = "too long", _("Too long")
        TOO_SHORT = "too short", _("Too short")
        HARMFUL = "harmful", _("Harmful")
        OTHER = "other", _("Something else")

    REASONS: ClassVar = {
        Verdict.UP: (Reason.CORRECT, Reason.HELPFUL, Reason.WELL_WRITTEN, Reason.OTHER),
        Verdict.DOWN: (
            *(Reason.WRONG, Reason.NOT_HELPFUL, Reason.DISOBEYED, Reason.TOO_LONG),
            *(Reason.TOO_SHORT, Reason.HARMFUL, Reason.OTHER),
        ),
    }

    message = models.ForeignKey(Message, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "person"], name="one_thumb_a_person"),
            models.CheckConstraint(
                condition=Q(verdict__in=["up", "down"]), name="feedback_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.message_id}"


class Mark(models.Model):
    """What one of the staff thinks of an answer; apart from the thumbs of people.

    `categories` are names as an admin defined them then; `scores` are points by rubric.
    `corrected` is the answer that should have been given.
    """

    class Verdict(models.TextChoices):
        GOOD = "good", _("Good")
        BAD = "bad", _("Bad")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    categories = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    scores = models.JSONField(default=dict)
    corrected = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "by"], name="one_mark_a_reviewer"),
            models.CheckConstraint(condition=Q(verdict__in=["good", "bad"]), name="mark_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.message_id}"
