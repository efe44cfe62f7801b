"""What the search knows of messages."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from chatapp.conversations.models.conversation import Conversation
from chatapp.conversations.models.message import Message


class IndexedMessage(models.Model):
    """What the search knows of a finished message. A trigger writes it: see migration 0012."""

    # The database removes it with its message (ON DELETE CASCADE), so Django need not look.
    message = models.OneToOneField(
        Message, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    conversation = models.ForeignKey(
        Conversation, models.DO_NOTHING, related_name="+", db_constraint=False
    )
    created_at = models.DateTimeField()
    # "status done", "model claude-…", "attachment"
    traits = ArrayField(models.CharField(max_length=110))
    words = SearchVectorField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at", "message"], name="indexed_message_order"),
        ]

    def __str__(self) -> str:
        return f"words of {self.message_id}"
