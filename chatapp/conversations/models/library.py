"""A person's own library: texts that they send again and again."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from chatapp.accounts.models import User


class SavedTextQuerySet(models.QuerySet["SavedText"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(owner=user) if user.is_active else self.none()

    def matching(self, words: str) -> Self:
        """Those that have the words in their name or text, in the order of names."""
        words = words.replace("\x00", "").strip()
        return self.filter(Q(name__icontains=words) | Q(body__icontains=words))


class SavedText(models.Model):
    """Reached by `/name` in the composer. `{{topic}}` in the body is asked for then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    body = models.TextField(max_length=10_000)

    objects = SavedTextQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = [Lower("name")]
        constraints: ClassVar = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_text_name_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name
