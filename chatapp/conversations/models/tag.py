"""Tags by which a person finds their conversations again. Those of the support room are its own."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from chatapp.conversations.models.conversation import Conversation


class OwnTag(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = [Lower("name")]
        constraints: ClassVar = [
            models.UniqueConstraint("owner", Lower("name"), name="tag_name_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    tag = models.ForeignKey(OwnTag, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="one_tagging"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.conversation_id}"
