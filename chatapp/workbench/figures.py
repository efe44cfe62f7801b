"""How a version did: counts, shares and means, each with how sure one can be of it.

Shares have Wilson's interval, means that of the normal distribution; both at 95 %.
Few answers give wide intervals, and none a dash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import NormalDist
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, StdDev
from django.db.models.functions import TruncDate

from chatapp.conversations.models import Feedback
from chatapp.generation.models import Run
from chatapp.prompts.models import Version

Z = NormalDist().inv_cdf(0.975)
FAILED = Q(state=Run.State.FAILED)
MEANS = {
    "cost": ("call__cost", 1.0, "${:.4f}"),
    "length": ("call__output_tokens", 1.0, "{:,.0f} tokens"),
    "first_token": ("call__first_token_ms", 0.001, "{:.2f} s"),
    "total": ("call__total_ms", 0.001, "{:.2f} s"),
}


@dataclass(frozen=True)
class Share:
    """So many of so many, in percent."""

    count: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, in percent (E. B. Wilson, 1927); everything where nothing was counted."""
        if not self.of:
            return 0.0, 100.0
        share, n = self.count / self.of, self.of
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "–"
        low, high = self.interval
        return f"{self.percent:.1f} % ({self.count} of {self.of}; {low:.1f} to {high:.1f} %)"


@dataclass(frozen=True)
class Mean:
    """The mean of so many values, and their deviation."""

    value: float | None
    deviation: float
    of: int
    form: str

    @property
    def interval(self) -> tuple[float, float]:
        half = Z * self.deviation / sqrt(self.of) if self.of else 0.0
        return (self.value or 0.0) - half, (self.value or 0.0) + half

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        low, high = (self.form.format(max(0.0, end)) for end in self.interval)
        return f"{self.form.format(self.value)} ({low} to {high})"


@dataclass(frozen=True)
class Figures:
    """Of the answers of one version."""

    answers: int
    conversations: int
    failed: Share
    down: Share  # of those that were judged
    means: Mapping[str, Mean]

    @property
    def judged(self) -> int:
        return self.down.of

    @property
    def mean_cost(self) -> float | None:
        return self.means["cost"].value


def answers_of(version: Version) -> QuerySet[Run]:
    """The finished answers that people got by a version, not those of the playground."""
    return Run.objects.filter(
        version=version, finished_at__isnull=False, conversation__is_trial=False
    )


def figures(version: Version, since: datetime | None = None) -> Figures:
    """Two queries, whatever the number of answers."""
    runs = answers_of(version)
    if since:
        runs = runs.filter(created_at__gte=since)
    wanted: dict[str, Any] = {
        "answers": Count("pk"),
        "conversations": Count("conversation", distinct=True),
        "failed": Count("pk", filter=FAILED),
    }
    for name, (field, _, _) in MEANS.items():
        wanted |= {name: Avg(field), f"{name}_deviation": StdDev(field, sample=False)}
        wanted |= {f"{name}_of": Count(field)}
    found = runs.aggregate(**wanted)
    return Figures(
        answers=found["answers"],
        conversations=found["conversations"],
        failed=Share(found["failed"], found["answers"]),
        down=_down(runs),
        means={name: _mean(found, name) for name in MEANS},
    )


def _mean(found: Mapping[str, Any], name: str) -> Mean:
    _, scale, form = MEANS[name]
    value, deviation = found[name], found[f"{name}_deviation"]
    return Mean(
        None if value is None else float(value) * scale,
        float(deviation or 0) * scale,
        found[f"{name}_of"],
        form,
    )


def _down(runs: QuerySet[Run]) -> Share:
    """Thumbs down of the judged answers; one that was continued counts once."""
    judged = Feedback.objects.filter(message__in=runs.values("message"))
    found = judged.aggregate(of=Count("pk"), down=Count("pk", filter=Q(verdict="down")))
    return Share(found["down"], found["of"])


def by_day(version: Version) -> list[dict[str, Any]]:
    """Answers, failures, thumbs, cost and latency of each day, the newest first; two queries."""
    days = answers_of(version).annotate(day=TruncDate("created_at")).values("day")
    found = days.annotate(
        answers=Count("pk"),
        failures=Count("pk", filter=FAILED),
        cost=Avg("call__cost"),
        seconds=Avg(F("call__total_ms")) / 1000.0,
    )
    judged = Feedback.objects.filter(message__in=answers_of(version).values("message"))
    thumbs = judged.annotate(day=TruncDate("message__created_at")).values("day")
    sums = thumbs.annotate(judged=Count("pk"), down=Count("pk", filter=Q(verdict="down")))
    by = {row["day"]: row for row in sums}
    none = {"judged": 0, "down": 0}
    return [{**row, **by.get(row["day"], none)} for row in found.order_by("-day")[:90]]
