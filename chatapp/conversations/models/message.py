"""Messages: the tree of a conversation."""

import uuid
from collections.abc import Sequence
from typing import ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import User
from chatapp.conversations.models.conversation import Conversation
from chatapp.conversations.models.handover import Takeover

WHOLE: Final = 2**31 - 1  # more messages than any path has


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

    def path_to(self, leaf_id: uuid.UUID | None, most: int = WHOLE) -> list["Message"]:
        """The messages from the root to that leaf, in order, or the newest of them; one query.

        The way up is gone by keys alone, so that only what is handed out is read.
        """
        if leaf_id is None:
            return []
        return list(
            self.raw(
                """
                WITH RECURSIVE path AS (
                    SELECT id, parent_id, 1 AS place FROM conversations_message WHERE id = %s
                    UNION ALL
                    SELECT m.id, m.parent_id, path.place + 1 FROM conversations_message m
                    JOIN path ON m.id = path.parent_id WHERE path.place < %s
                )
                SELECT m.* FROM path JOIN conversations_message m ON m.id = path.id
                ORDER BY path.place DESC
                """,
                [leaf_id, most],
            )
        )


class Message(models.Model):
    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"
        PERSON = "person"  # of the staff, who took over from the assistant

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")  # a run is writing it, or is about to
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        INTERRUPTED = "interrupted", _("Interrupted")

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
    # How long Claude thought: milliseconds, by the index of the block.
    thinking_ms = models.JSONField(default=dict, db_default={}, blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.DONE)
    stop_reason = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=100, blank=True)
    # Set for what a person of the staff wrote: who they were to the owner.
    takeover = models.ForeignKey(
        Takeover, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    # The leaf below it that was shown when the owner last turned to a sibling of it. Looked
    # up when they come back, and no key: it may have been deleted meanwhile.
    left_leaf = models.UUIDField(null=True, editable=False)
    revision = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now())

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "revision"], name="message_revision"),
            models.Index(
                fields=["takeover"],
                name="message_of_takeover",
                condition=Q(takeover__isnull=False),
            ),
            # Versions of a first message are told apart without reading the whole conversation.
            models.Index(
                fields=["conversation"], name="message_roots", condition=Q(parent__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=["user", "assistant"], takeover=None)
                | Q(role="person", takeover__isnull=False),
                name="message_author",
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
