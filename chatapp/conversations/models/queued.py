"""What was sent while an answer was being written, and waits for its turn."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models.conversation import Conversation

MOST = 10  # in one conversation


class QueuedMessageQuerySet(models.QuerySet["QueuedMessage"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(conversation__in=Conversation.objects.visible_to(user))

    def in_turn(self) -> Self:
        """Who came first is first."""
        return self.order_by("created_at", "pk")


class QueuedMessage(models.Model):
    """A message before it is one. Its id becomes the message's, so sent twice is sent once.

    `obstacle` is the sentence that says why its turn came and it could not be sent.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True)  # uploads of the owner
    model = models.CharField(max_length=100, blank=True)  # empty: the conversation's
    obstacle = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = QueuedMessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(text="", files=[]), name="queued_message_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"waiting {self.id}"
