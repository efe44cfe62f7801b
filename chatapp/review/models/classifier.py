"""What the classifier has read, and what it was handed at night."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from chatapp.conversations.models import Message
from chatapp.usage.models import Call


class Look(models.Model):
    """The classifier has read this answer, whatever it said. Once is enough."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"look at {self.message_id}"


class ClassifierBatch(models.Model):
    """Answers that were handed to the Message Batches API together, until they are read.

    The row is there before the batch is: without a `batch_id` nobody knows whether the
    API got it.
    """

    batch_id = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.batch_id or "not handed in"


class Awaited(models.Model):
    """An answer about which the API was asked in a batch, until the verdict is here."""

    call = models.OneToOneField(Call, models.CASCADE, primary_key=True, related_name="+")
    batch = models.ForeignKey(ClassifierBatch, models.CASCADE, related_name="awaited")
    # No key: the call has to be paid for, although the answer is deleted meanwhile.
    message_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id"], name="awaited_once"),
        ]

    def __str__(self) -> str:
        return f"verdict on {self.message_id}"
