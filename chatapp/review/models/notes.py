"""What the staff writes to each other. Never shown to the owner, never sent to Claude."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chatapp.conversations.models import Conversation, Message


class Note(models.Model):
    """On a conversation, or on one of its messages. A summary that Claude made has no author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    # What was written of a message that its owner deleted is a note on the conversation.
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    is_summary = models.BooleanField(default=False)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "created_at"], name="notes_of_conversation")
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="note_says")]

    def __str__(self) -> str:
        return f"note {self.id}"


class Mention(models.Model):
    """A colleague was named in a note, and told so until they looked."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "person"], name="mentioned_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], name="mentions_unseen", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.note_id}"
