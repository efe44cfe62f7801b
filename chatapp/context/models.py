"""Notes on the older part of a conversation, and what must stay word for word."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, user: User) -> Self:
        """Notes are seen by whoever sees the messages that they stand for."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Summary(models.Model):
    """Notes that stand for a run of messages on one way from the root; never changed.

    Messages that have children never change (the database keeps that), and they form a
    tree: so wherever `last` stands on a path, all that the row covers stands before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    # Where the row before this one ends: the parent of `first`. Both are ancestors of
    # `last` and never go without it, so deleting need not look for them.
    before = models.ForeignKey(Message, models.DO_NOTHING, null=True, related_name="+")
    first = models.ForeignKey(Message, models.DO_NOTHING, related_name="+")
    last = models.ForeignKey(Message, models.CASCADE, related_name="+")
    message_ids = ArrayField(models.UUIDField())
    digest = models.CharField(max_length=64)  # of the messages as they were read
    level = models.PositiveSmallIntegerField(default=0)  # how often it was merged
    sources = ArrayField(models.UUIDField(), default=list)  # the rows it was merged from
    text = models.TextField()
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=12)
    tokens_before = models.PositiveIntegerField()
    tokens_after = models.PositiveIntegerField()
    # US dollars at the catalogue's price; null where the model has none.
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    request_id = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # A correction is a row of its own, by a person; undoing it withdraws it.
    replaces = models.ForeignKey("self", models.CASCADE, null=True, related_name="corrections")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # Two workers at the same messages make one row.
            models.UniqueConstraint(
                fields=["conversation", "digest", "level", "model", "prompt_version"],
                condition=Q(replaces=None),
                name="summary_made_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(replaces__isnull=False),
                name="only_corrections_are_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(message_ids__len__gt=0) & ~Q(text=""), name="summary_says_something"
            ),
            models.CheckConstraint(
                condition=Q(before=None) | ~Q(before=F("last")), name="summary_moves_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"notes on {len(self.message_ids)} messages"


class Protection(models.Model):
    """A message that is always sent word for word, notes or not."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"protected {self.message_id}"


class Attempt(models.Model):
    """One try at making notes: the claim while it lasts, and what the breaker counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    # The newest message at that time: the breaker counts turns from there.
    leaf = models.ForeignKey(Message, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-started_at"], name="attempt_newest"),
        ]

    def __str__(self) -> str:
        return self.failure or "attempt"
