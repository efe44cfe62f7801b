"""A person who signs in with an e-mail address, and the record of what people change."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    class Theme(models.TextChoices):
        SYSTEM = "system", "As the device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Announce(models.TextChoices):
        SENTENCES = "sentences", "Sentence by sentence"
        END = "end", "Only when the answer is complete"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    locale = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # a language tag (BCP 47), such as en
    # A name of the tz database, such as Europe/Berlin; empty until the browser has told.
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Of the picture, in hex: its address changes with it. Empty: none.
    picture = models.CharField(max_length=16, blank=True, default="", db_default="")
    deletes_at = models.DateTimeField(null=True)  # when the account goes; none: it stays
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    announce = models.CharField(max_length=10, choices=Announce.choices, default=Announce.SENTENCES)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def called(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """What stands for a picture: of the first and the last word of the name."""
        words = self.called.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Picture(models.Model):
    """A small WebP without metadata. Not in the person's own row, which each page reads."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    webp = models.BinaryField()

    def __str__(self) -> str:
        return f"picture of {self.user_id}"


class AuditQuerySet(models.QuerySet["AuditLine"]):
    def before(self, at: datetime, pk: int) -> Self:
        """What stands after that line, in the order newest first."""
        return self.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))


class AuditLine(models.Model):
    """Who changed what, when, from where and why. Append-only (migrations 0004, 0005)."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    by_email = models.CharField(max_length=254, blank=True)  # also when the account is gone
    action = models.CharField(max_length=60)  # such as "prompt.published"
    target = models.CharField(max_length=300)
    target_id = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True)
    why = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="audit_list"),
            models.Index(fields=["target_id", "-at"], name="audit_of_target"),
            models.Index(fields=["by_email", "-at"], name="audit_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
