"""Who looked into conversations that are not theirs."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.conversations.models.conversation import Conversation

FLAGGED = "Flagged: "  # what a reason begins with that nobody had to give


class ReadRecord(models.Model):
    """Somebody looked into a conversation that is not theirs. Append-only (migration 0010).

    `reader_name` and `title` stay when the account or the conversation is gone.
    """

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reader_name = models.CharField(max_length=254, blank=True, db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=100)
    why = models.CharField(max_length=500, blank=True, db_default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-at"], name="reads_of_owner"),
            models.Index(fields=["reader", "conversation", "-at"], name="reads_of_reader"),
            models.Index(fields=["-at", "-id"], name="reads_list"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_name} read {self.what}"

    @property
    def shown_why(self) -> str:
        """The words of whoever gave them; of a flag in the language in use."""
        if not self.why.startswith(FLAGGED):
            return self.why
        kind = gettext(self.why.removeprefix(FLAGGED))
        return gettext("Flagged: %(kind)s") % {"kind": kind}
