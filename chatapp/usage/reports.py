"""What the ledger says: sums over calls, one query each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

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
}


class Percentile(Aggregate):
    """The value below which that share of the rows lies; PostgreSQL's percentile_cont."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, field: str, share: float) -> None:
        super().__init__(field, share=share)


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

    @property
    def cached_percent(self) -> int:
        """The share of what Claude read that came from the cache."""
        return round(100 * self.cached / self.read) if self.read else 0


def total(calls: CallQuerySet) -> Sums:
    return Sums(label="All", **calls.aggregate(**SUMS))


def by(calls: CallQuerySet, field: str, at_most: int = 20) -> list[Sums]:
    """Sums for each value of a field, the dearest first."""
    rows = calls.values(label=F(field)).annotate(**SUMS).order_by("-cost", "label")
    return [Sums(**row) for row in rows[:at_most]]


def by_day(calls: CallQuerySet, span: Span) -> list[Sums]:
    """Sums for each day of the span, days without a call included."""
    rows = calls.values(label=TruncDate("opened_at", tzinfo=UTC)).annotate(**SUMS).order_by()
    found = {row["label"]: Sums(**row) for row in rows}
    return [found.get(day, Sums(day)) for day in span.days]


def latency(calls: CallQuerySet) -> dict[str, float | None]:
    """Milliseconds of answers: median and 95th percentile to the first token and in all."""
    answers = calls.filter(purpose=Call.Purpose.ANSWER)
    return answers.aggregate(
        first_median=Percentile("first_token_ms", 0.5),
        first_p95=Percentile("first_token_ms", 0.95),
        total_median=Percentile("total_ms", 0.5),
        total_p95=Percentile("total_ms", 0.95),
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
