"""Files: what is stored, and at which message or in which folder it stands."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models.folder import Folder
from chatapp.conversations.models.message import Message


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: User) -> Self:
        """One's own that is not sent yet, and what is in a thread or a folder that one may read."""
        if not user.is_active:
            return self.none()
        own = FolderFile.objects.filter(file=OuterRef("pk"), folder__owner=user)
        return self.filter(Q(owner=user, sent_at=None) | Q(Exists(self._at(user))) | Q(Exists(own)))

    @staticmethod
    def _at(user: User) -> "models.QuerySet[Attachment]":
        mine = Message.objects.visible_to(user)
        return Attachment.objects.filter(file=OuterRef("pk"), message__in=mine)

    def unsent(self) -> Self:
        """Uploaded, and in no message yet."""
        return self.filter(is_ready=True, sent_at=None)


class StoredFile(models.Model):
    """One upload. The row stands before its bytes do and goes after them: so none are orphans.

    What is stored of it: what the person uploaded, what Claude is given where that differs,
    and a small picture of an image. The upload itself is kept of all but images.
    """

    class Kind(models.TextChoices):
        IMAGE = "image"
        PDF = "pdf"
        TEXT = "text"

    # Made by the browser: an upload that is repeated is one file.
    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    format = models.CharField(max_length=10)  # by content: "jpeg", "pdf", "docx", "text" …
    media_type = models.CharField(max_length=40)  # of what Claude is given
    size = models.PositiveIntegerField()  # bytes of what can be downloaded
    sent_size = models.PositiveIntegerField()  # bytes of what Claude is given,
    digest = models.CharField(max_length=64)  # and their SHA-256
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    letters = models.PositiveIntegerField(default=0)
    notes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    is_ready = models.BooleanField(default=False)  # the bytes are all there
    sent_at = models.DateTimeField(null=True)  # or put into a folder

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner"], name="file_not_sent", condition=Q(sent_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["image", "pdf", "text"]), name="file_kind")
        ]

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A stored file at a message; several messages may share one, as after an edit."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["message", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="one_file_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} at {self.message_id}"


class FolderFile(models.Model):
    """A stored file that goes along with every conversation of a folder."""

    folder = models.ForeignKey(Folder, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="in_folder")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]

    def __str__(self) -> str:
        return f"{self.file_id} in {self.folder_id}"
