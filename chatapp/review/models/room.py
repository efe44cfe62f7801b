"""How the room is set up: by admins for all, and by each reviewer for themselves."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chatapp.review.models.items import Item


class Room(models.Model):
    """The one row of settings. Times are minutes; 0 is no limit."""

    class Classifier(models.TextChoices):
        OFF = "off", _("Off")
        NOW = "now", _("After each answer")
        NIGHTLY = "nightly", _("At night, by batch, at half the price")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    respond_minutes = models.PositiveIntegerField(_("First response within (minutes)"), default=0)
    resolve_minutes = models.PositiveIntegerField(_("Resolved within (minutes)"), default=0)
    sample_percent = models.DecimalField(
        _("Random sample (percent of answers)"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    classifier = models.CharField(max_length=7, choices=Classifier.choices, default=Classifier.OFF)
    criterion = models.TextField(
        _("What the classifier looks for"),
        blank=True,
        default="The answer is wrong, unsafe, rude, or does not help with what was asked.",
    )
    phone_region = models.CharField(
        _("Country whose phone numbers are masked without a prefix (ISO 3166)"),
        max_length=2,
        default="US",
    )
    assigns_in_turn = models.BooleanField(_("New items are assigned in turn"), default=False)
    only_assignee_replies = models.BooleanField(_("Only the assignee may take over"), default=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_room")]

    def __str__(self) -> str:
        return "The support room"

    @classmethod
    def now(cls) -> "Room":
        return cls.objects.filter(pk=1).first() or cls()


class Rule(models.Model):
    """Words or a pattern that put a conversation into the queue."""

    class Where(models.TextChoices):
        USER = "user", _("What people write")
        ASSISTANT = "assistant", _("What Claude answers")
        BOTH = "both", _("Both")

    name = models.CharField(max_length=60, unique=True)
    pattern = models.CharField(max_length=500)
    is_regex = models.BooleanField(_("A regular expression"), default=False)
    where = models.CharField(max_length=9, choices=Where.choices, default=Where.BOTH)
    priority = models.PositiveSmallIntegerField(
        choices=Item.Priority.choices, default=Item.Priority.NORMAL
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class MaskPattern(models.Model):
    """What an admin wants masked beside addresses, numbers of phones, cards and accounts."""

    name = models.CharField(max_length=40, unique=True)
    expression = models.CharField(_("Regular expression"), max_length=300)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """What can be wrong, or good, about an answer."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Rubric(models.Model):
    """What answers are given points for, from 1 to `most`."""

    name = models.CharField(max_length=60, unique=True)
    meaning = models.CharField(max_length=300, blank=True)
    most = models.PositiveSmallIntegerField(
        _("Most points"), default=5, validators=[MinValueValidator(2), MaxValueValidator(10)]
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Macro(models.Model):
    """A reply with variables, a status and tags, in one."""

    name = models.CharField(max_length=60, unique=True)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Item.Status.choices, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """How a reviewer is shown to the people they help: as they chose."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=60)
    picture = models.CharField(_("Picture (an emoji)"), max_length=16, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name behind the picture, if there is one."""
        return f"{self.picture} {self.name}".strip()
