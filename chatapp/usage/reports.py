"""What the ledger says: sums over calls, one query each."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    FloatField,
    Q,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, TruncDate

from chatapp.usage.models import ZERO, Call, CallQuerySet, Money
from chatapp.usage.prices import MILLION, catalogued

READ = F("input_tokens") + F("cache_write_5m_tokens") + F("cache_write_1h_tokens")
ALL_READ = READ + F("cache_read_tokens")
SUMS = {
    "calls": Count("pk"),
    "cost": Coalesce(Sum("cost"), ZERO, output_field=Money()),
    "read": Coalesce(Sum(ALL_READ), 0),
    "cached": Coalesce(Sum("cache_read_tokens"), 0),
    "written": Coalesce(Sum("output_tokens"), 0),
    "estimates": Count("pk", filter=Q(is_estimate=True)),
    "errors": Count("pk", filter=~Q(error_type="")),
}
# The version by whose prompt a call answers, as people name it: "Name 3"; or nothing.
VERSION = Case(
    When(version=None, then=None),
    default=Concat(
        "version__prompt__name", Value(" "), "version__number", output_field=TextField()
    ),
)


class Percentile(Aggregate):
    """The value below which that share of the rows lies; PostgreSQL's percentile_cont."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, field: str, share: float, **options: Any) -> None:
        super().__init__(field, **{"share": share, **options})


def _percentiles(field: str, name: str, **options: Any) -> dict[str, Percentile]:
    return {
        f"{name}_median": Percentile(field, 0.5, **options),
        f"{name}_p95": Percentile(field, 0.95, **options),
    }


@dataclass(frozen=True)
class Span:
    """Days of calls, both ends included, in UTC."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), UTC)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(days=len(self.days))

    def calls(self) -> CallQuerySet:
        return Call.objects.filter(opened_at__gte=self.begin, opened_at__lt=self.end)


@dataclass(frozen=True)
class Sums:
    """Sums over some calls; `cost` in US dollars, the rest in tokens or calls."""

    label: Any
    calls: int = 0
    cost: Decimal = ZERO
    read: int = 0
    cached: int = 0
    written: int = 0
    estimates: int = 0
    errors: int = 0
    # Milliseconds to the first token of answers; only `by_day` asks for them.
    first_median: float | None = None
    first_p95: float | None = None

    @property
    def cached_percent(self) -> int:
        """The share of what Claude read that came from the cache."""
        return round(100 * self.cached / self.read) if self.read else 0


def total(calls: CallQuerySet) -> Sums:
    return Sums(label="All", **calls.aggregate(**SUMS))


def by(calls: CallQuerySet, field: str | Combinable, at_most: int = 20) -> list[Sums]:
    """Sums for each value of a field or an expression, the dearest first."""
    label = F(field) if isinstance(field, str) else field
    rows = calls.values(label=label).annotate(**SUMS).order_by("-cost", "label")
    return [Sums(**row) for row in rows[:at_most]]


def by_purpose(calls: CallQuerySet) -> list[Sums]:
    """The same for each purpose, named in the language of who looks."""
    found = by(calls, "purpose")
    return [replace(row, label=str(Call.Purpose(row.label).label)) for row in found]


def by_day(calls: CallQuerySet, span: Span) -> list[Sums]:
    """Sums for each day of the span, days without a call included."""
    answers = _percentiles("first_token_ms", "first", filter=Q(purpose=Call.Purpose.ANSWER))
    days = calls.values(label=TruncDate("opened_at", tzinfo=UTC))
    rows = days.annotate(**SUMS, **answers).order_by()
    found = {row["label"]: Sums(**row) for row in rows}
    return [found.get(day, Sums(day)) for day in span.days]


def latency(calls: CallQuerySet) -> dict[str, float | None]:
    """Milliseconds of answers: median and 95th percentile to the first token and in all."""
    answers = calls.filter(purpose=Call.Purpose.ANSWER)
    return answers.aggregate(
        **_percentiles("first_token_ms", "first"), **_percentiles("total_ms", "total")
    )


def saved_by_cache(calls: CallQuerySet) -> Decimal:
    """US dollars that the same calls would have cost more without the prompt cache."""
    rows = calls.values("model").annotate(
        read=Sum("cache_read_tokens"),
        short=Sum("cache_write_5m_tokens"),
        long=Sum("cache_write_1h_tokens"),
    )
    saved = ZERO
    for row in rows:
        if price := catalogued(row["model"]).price:
            saved += row["read"] * (price.input - price.cache_read)
            saved -= row["short"] * (price.cache_write_5m - price.input)
            saved -= row["long"] * (price.cache_write_1h - price.input)
    return saved / MILLION


def errors(calls: CallQuerySet) -> list[tuple[str, int]]:
    """Types of errors, with how many calls met them."""
    failed = calls.exclude(error_type="").values("error_type").annotate(number=Count("pk"))
    return [(row["error_type"], row["number"]) for row in failed.order_by("-number")[:20]]
