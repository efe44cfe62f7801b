"""Conversations and messages: rows, constraints, querysets."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.prompts.models import Prompt, Version


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> Self:
        """What the person may read: their own. The one question of access."""
        return self.filter(owner=user) if user.is_active else self.none()

    def listed(self, *, archived: bool = False) -> Self:
        """Pinned first, then the newest: the order of the list and of its cursor."""
        chats = self.filter(is_trial=False, archived_at__isnull=not archived)
        return chats.order_by(models.F("pinned_at").desc(nulls_last=True), "-active_at", "-id")

    def before(self, active_at: datetime, pk: uuid.UUID) -> Self:
        """The unpinned ones that stand after that place in `listed`."""
        return self.filter(pinned_at=None).filter(
            Q(active_at__lt=active_at) | Q(active_at=active_at, pk__lt=pk)
        )

    def titled(self, words: str) -> Self:
        return self.filter(title__icontains=words) if words else self


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=100)
    prompt = models.ForeignKey(
        Prompt, models.PROTECT, null=True, related_name="+", db_index=False
    )  # none: Claude is told nothing
    # Answers by this version for good; none: by the one that is published.
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Made in the admins' playground, and in no list or search.
    is_trial = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(default=timezone.now)
    pinned_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    current_leaf = models.ForeignKey(
        "Message", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Counts every change that a page must show; pages tell what they have seen.
    revision = models.PositiveBigIntegerField(default=0)
    # The revision at which the path from root to leaf last changed otherwise
    # than by growing: a page older than that needs the whole log again.
    path_revision = models.PositiveBigIntegerField(default=0)
    # The revision at which the notes for Claude, or what is kept beside them, last changed.
    memory_revision = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-active_at", "-id"], name="conversation_list"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(path_revision__lte=models.F("revision")), name="path_within_revision"
            ),
        ]

    def __str__(self) -> str:
        return self.title or "New chat"


class ReadRecord(models.Model):
    """Somebody looked into a conversation that is not theirs: who, what, when."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.reader} read {self.what}"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(conversation__in=Conversation.objects.visible_to(user))

    def newer_than(self, known: Sequence[tuple[uuid.UUID, int]]) -> list["Message"]:
        """Messages of those conversations after the given revisions, in order; one query."""
        return list(
            self.raw(
                """
                SELECT m.*
                FROM unnest(%s::uuid[], %s::bigint[]) AS known (conversation_id, revision)
                JOIN conversations_message m USING (conversation_id)
                WHERE m.revision > known.revision
                ORDER BY m.revision, m.role DESC, m.created_at
                """,
                [list(column) for column in zip(*known, strict=True)],
            )
        )

    def path_to(self, leaf_id: uuid.UUID | None) -> list["Message"]:
        """The messages from the root to that leaf, in order; one query."""
        if leaf_id is None:
            return []
        return list(
            self.raw(
                """
                WITH RECURSIVE path AS (
                    SELECT m.*, 0 AS depth FROM conversations_message m WHERE m.id = %s
                    UNION ALL
                    SELECT m.*, path.depth + 1 FROM conversations_message m
                    JOIN path ON m.id = path.parent_id
                )
                SELECT * FROM path ORDER BY depth DESC
                """,
                [leaf_id],
            )
        )


class Message(models.Model):
    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"

    class Status(models.TextChoices):
        PENDING = "pending"  # a run is writing it, or is about to
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    role = models.CharField(max_length=9, choices=Role.choices)
    # Content blocks exactly as Claude gives and takes them (Messages API, "content").
    content = models.JSONField(default=list)
    # Indices of the blocks with which a continuation began.
    seams = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.DONE)
    stop_reason = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=100, blank=True)
    revision = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now())

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "revision"], name="message_revision"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=["user", "assistant"]), name="message_role"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "done", "stopped", "failed", "interrupted"]),
                name="message_status",
            ),
            models.CheckConstraint(
                condition=Q(role="assistant") | Q(status="done"), name="user_message_is_done"
            ),
            models.CheckConstraint(
                condition=Q(role="user") | Q(parent__isnull=False), name="answer_has_a_parent"
            ),
            # The target of the foreign keys that keep a tree inside its conversation.
            models.UniqueConstraint(fields=["conversation", "id"], name="message_in_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"


class Feedback(models.Model):
    """What the person who asked thinks of an answer: one thumb, changeable, with a reason."""

    class Verdict(models.TextChoices):
        UP = "up", "Good answer"
        DOWN = "down", "Bad answer"

    class Reason(models.TextChoices):
        CORRECT = "correct", "Correct"
        HELPFUL = "helpful", "Helpful"
        WELL_WRITTEN = "well written", "Well written"
        WRONG = "wrong", "Wrong"
        NOT_HELPFUL = "not helpful", "Not helpful"
        DISOBEYED = "disobeyed", "Did not follow instructions"
        TOO_LONG = "too long", "Too long"
        TOO_SHORT = "too short", "Too short"
        HARMFUL = "harmful", "Harmful"
        OTHER = "other", "Something else"

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
