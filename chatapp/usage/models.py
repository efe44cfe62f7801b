"""The ledger of calls to Claude, what was sent, and the budgets that bound them."""

import uuid
import zlib
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import User
from chatapp.claude import model as catalogued
from chatapp.conversations.models import Conversation
from chatapp.prompts.models import Version
from chatapp.usage.shown import dollars

ZERO = Decimal(0)


class Money(models.DecimalField):  # type: ignore[type-arg]
    """US dollars, exact to the price of one token (0.01 dollars a million)."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**options, "max_digits": 16, "decimal_places": 9})  # type: ignore[arg-type]


class CallQuerySet(models.QuerySet["Call"]):
    def is_open(self) -> Self:
        """Calls that were begun and not yet accounted for."""
        return self.filter(settled_at=None)


class Call(models.Model):
    """One call to the Messages API: who asked, for what, and what it cost.

    Written before the call and settled once after it, whatever became of it. It
    outlives its conversation and its person, as sums do; what was said does not.
    """

    class Purpose(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("purpose of a call", "answer")
        SUMMARY = "summary", pgettext_lazy("purpose of a call", "summary")
        TITLE = "title", pgettext_lazy("purpose of a call", "title")
        TRIAL = "trial", pgettext_lazy("purpose of a call", "trial")
        REPLAY = "replay", pgettext_lazy("purpose of a call", "replay")
        JUDGE = "judge", pgettext_lazy("purpose of a call", "judge")
        REVIEW = "review", pgettext_lazy("purpose of a call", "review")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    # No key: a call does not know its caller, who stands on a higher floor.
    run = models.UUIDField(null=True)
    model = models.CharField(max_length=100)
    # Of the prompt by which it answers, and of the system prompt as it was sent.
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="+", db_index=False
    )
    system_digest = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    expected_tokens = models.PositiveIntegerField(default=0)  # of input, before the call
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cache_write_5m_tokens = models.PositiveIntegerField(default=0)
    cache_write_1h_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    server_tools = models.JSONField(default=dict)
    cost = Money(null=True)  # unknown where the model has no price
    is_estimate = models.BooleanField(default=False)
    first_token_ms = models.PositiveIntegerField(null=True)
    total_ms = models.PositiveIntegerField(null=True)
    stop_reason = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    retries = models.PositiveSmallIntegerField(default=0)
    error_type = models.CharField(max_length=60, blank=True)
    # In a message batch: half the price, and an answer within a day.
    is_batch = models.BooleanField(default=False, db_default=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], name="call_day"),
            models.Index(fields=["user", "opened_at"], name="call_of_user"),
            models.Index(fields=["run"], name="call_of_run", condition=Q(run__isnull=False)),
            models.Index(
                fields=["opened_at"], name="call_open", condition=Q(settled_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    purpose__in=[
                        *("answer", "summary", "title", "trial", "replay", "judge", "review")
                    ]
                ),
                name="call_purposes",
            ),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="call_cost"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.model}"

    @property
    def cost_shown(self) -> str:
        """Dollars with as many digits as say something."""
        if self.cost is None:
            return ""
        return dollars(self.cost, 2 if self.cost >= 1 else 4)

    @property
    def all_input_tokens(self) -> int:
        """Everything that Claude read, from the cache or not."""
        written = self.cache_write_5m_tokens + self.cache_write_1h_tokens
        return self.input_tokens + written + self.cache_read_tokens


class SentRequest(models.Model):
    """What Claude saw: the body of a call, byte for byte, and the parts it is made of.

    It goes with its conversation, or with the person whose words it holds otherwise.
    """

    call = models.OneToOneField(Call, models.CASCADE, primary_key=True, related_name="sent_request")
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False
    )
    packed = models.BinaryField()  # zlib
    digest = models.CharField(max_length=64)  # SHA-256 of the body, hex
    # In order: {"kind": system | summary | message | instruction | omission, "id": …}
    parts = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["person"], name="request_of_person", condition=Q(person__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"request {self.digest[:12]}"

    @property
    def body(self) -> bytes:
        return zlib.decompress(bytes(self.packed))


class BudgetQuerySet(models.QuerySet["Budget"]):
    def of(self, user: User) -> Self:
        """The budgets that a call of that person counts against."""
        everyone = Q(person=None, role=None)
        return self.filter(everyone | Q(person=user) | Q(role__in=user.groups.all()))


class Budget(models.Model):
    """How much may be spent in a day or a month (UTC): by one person, a role, or everyone.

    `is_each` gives every person of the role (or everyone) an allowance of their own;
    without it all of them share one.
    """

    class Period(models.TextChoices):
        DAY = "day", _("a day")
        MONTH = "month", _("a month")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    role = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")
    is_each = models.BooleanField(default=False)
    period = models.CharField(max_length=5, choices=Period.choices)
    soft = Money(null=True, blank=True)  # from here on people are warned
    hard = Money()  # here calls are refused
    created_at = models.DateTimeField(default=timezone.now)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(role=None, is_each=False), name="budget_for_whom"
            ),
            models.CheckConstraint(condition=Q(period__in=["day", "month"]), name="budget_period"),
            models.CheckConstraint(condition=Q(hard__gte=0), name="budget_hard"),
            models.CheckConstraint(
                condition=Q(soft=None) | Q(soft__gte=0, soft__lte=F("hard")), name="budget_soft"
            ),
            models.UniqueConstraint(
                fields=["person", "role", "is_each", "period"],
                name="one_budget_for_the_same",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        whom = self.person or self.role or gettext("everyone")
        if self.is_each:
            whom = gettext("%(whom)s each") % {"whom": whom}
        return f"{whom}, {self.Period(self.period).label}"


class Spending(models.Model):
    """What was spent and is reserved of a budget in one period; locked to change it."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="spendings")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    since = models.DateField()  # the first day of the period
    spent = Money(default=ZERO)
    reserved = Money(default=ZERO)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["budget", "person", "since"],
                name="one_spending_a_period",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="spending_reserved"),
        ]

    def __str__(self) -> str:
        return f"{self.spent} since {self.since}"

    @property
    def used(self) -> Decimal:
        return Decimal(self.spent + self.reserved)


class Reservation(models.Model):
    """The most that an open call may cost, held back until it is settled."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="reservations")
    spending = models.ForeignKey(Spending, models.CASCADE, related_name="+")
    amount = Money()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "spending"], name="reserved_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="reservation_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} reserved"


class TokenPrice(models.DecimalField):  # type: ignore[type-arg]
    """US dollars per million tokens; empty: that of the catalogue."""

    def __init__(self, **options: object) -> None:
        fixed = {"max_digits": 9, "decimal_places": 3, "null": True, "blank": True}
        super().__init__(**{**options, **fixed})  # type: ignore[arg-type]


class ModelOffer(models.Model):
    """What admins say of a model; asked for by `offers.py`. Without rows settings hold."""

    model = models.CharField(max_length=100, unique=True)
    is_offered = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)  # in the list of models
    input = TokenPrice()
    output = TokenPrice()
    cache_write_5m = TokenPrice()
    cache_write_1h = TokenPrice()
    cache_read = TokenPrice()
    context_window = models.PositiveIntegerField(  # tokens
        null=True, blank=True, validators=[MinValueValidator(20_000)]
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 0}) | Q(**{name: None}),
                name=f"offer_{name}",
                violation_error_message=format_lazy(
                    _("The price of {name} is less than nothing."), name=name
                ),
            )
            for name in ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
        ]

    def __str__(self) -> str:
        return self.model

    def clean(self) -> None:
        """Raises ValidationError where a price would lack its other half."""
        known = catalogued(self.model, settings.MODEL_OVERRIDES).price is not None
        if not known and (self.input is None) != (self.output is None):
            raise ValidationError(gettext("This model needs a price for both, input and output."))
