"""Why somebody should look at a conversation."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Flag(models.Model):
    """A reason to look at a conversation, with its time. It opens it to reviewers.

    Written in the transaction of what happened; the support room takes it up later, and
    says so in `taken_at`. The same thing about the same message is said once.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", _("Asked for a person")
        CLAUDE = "claude", _("Claude asked for a person")
        THUMB = "thumb", _("Thumbs down")
        FAILED = "failed", _("An answer failed")
        REFUSED = "refused", _("Claude refused")
        LIMIT = "limit", _("Cut by a limit")
        RULE = "rule", _("A rule")
        CLASSIFIER = "classifier", _("The classifier")
        SAMPLE = "sample", _("Random sample")
        COLLEAGUE = "colleague", _("A colleague")

    conversation = models.ForeignKey(
        "Conversation", models.CASCADE, related_name="+", db_index=False
    )
    # A reason outlives the message that gave it: deleting a branch hides nothing from the staff.
    message = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    detail = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-at"], name="flags_of_conversation"),
            models.Index(fields=["id"], name="flags_to_take", condition=Q(taken_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "kind", "detail"], name="flag_said_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("asked", "claude", "thumb", "failed", "refused", "limit"),
                        *("rule", "classifier", "sample", "colleague"),
                    ]
                ),
                name="flag_kind",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()}: {self.detail}" if self.detail else self.get_kind_display()
        )


class Unchecked(models.Model):
    """A message that is complete, and at which no rule of the support room has looked yet."""

    message = models.OneToOneField("Message", models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"unchecked {self.message_id}"
