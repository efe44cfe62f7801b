"""How a version did: counts, shares and means, each with how sure one can be of it.

Shares have Wilson's interval, means that of the normal distribution; both at 95 %.
Few answers give wide intervals, and none a dash.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from statistics import NormalDist
from typing import Any

from django.db.models import Aggregate, Avg, Count, FloatField, Q, QuerySet, StdDev, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf, TruncDate
from django.utils.translation import gettext

from chatapp.conversations.models import Feedback, Flag, Mark
from chatapp.generation.models import Run
from chatapp.prompts.models import Version
from chatapp.usage.models import Call
from chatapp.usage.shown import dollars, number

Z = NormalDist().inv_cdf(0.975)
FAILED = Q(state=Run.State.FAILED)


class First(Aggregate):
    """The value of the first row, in the order of the other field."""

    function = "ARRAY_AGG"
    template = "(%(function)s(%(expressions)s))[1]"
    arg_joiner = " ORDER BY "
    output_field = FloatField()


def _tokens(value: float) -> str:
    return gettext("%(tokens)s tokens") % {"tokens": number(value)}


def _seconds(value: float) -> str:
    return f"{number(value, 2)} s"


# Of the calls of a run, of which there is one a round: how they become one value.
MEANS: Mapping[str, tuple[Aggregate, float, Callable[[float], str]]] = {
    "cost": (Sum("cost"), 1.0, lambda value: dollars(value, 4)),
    "length": (Sum("output_tokens"), 1.0, _tokens),
    "first_token": (First("first_token_ms", "opened_at"), 0.001, _seconds),
    "total": (Sum("total_ms"), 0.001, _seconds),
}
# What is said of answers, and when it is bad.
SAID = {
    "thumbs": (Feedback.objects.all(), Q(verdict=Feedback.Verdict.DOWN)),
    "marks": (Mark.objects.all(), Q(verdict=Mark.Verdict.BAD)),
    # A sample says nothing of an answer but that it was drawn.
    "flags": (Flag.objects.exclude(kind=Flag.Kind.SAMPLE), Q(pk__isnull=False)),
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
        told = gettext("%(percent)s %% (%(count)s of %(of)s; %(low)s to %(high)s %%)")
        shown = {"percent": self.percent, "low": low, "high": high}
        rounded = {name: number(value, 1) for name, value in shown.items()}
        return told % {**rounded, "count": self.count, "of": self.of}


@dataclass(frozen=True)
class Mean:
    """The mean of so many values, and their deviation."""

    value: float | None
    deviation: float
    of: int
    show: Callable[[float], str]

    @property
    def interval(self) -> tuple[float, float]:
        half = Z * self.deviation / sqrt(self.of) if self.of else 0.0
        return (self.value or 0.0) - half, (self.value or 0.0) + half

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        low, high = (self.show(max(0.0, end)) for end in self.interval)
        told = {"value": self.show(self.value), "low": low, "high": high}
        return gettext("%(value)s (%(low)s to %(high)s)") % told


@dataclass(frozen=True)
class Figures:
    """Of the answers of one version."""

    answers: int
    conversations: int
    failed: Share
    down: Share  # thumbs, of the answers that were judged
    bad: Share  # by one of the staff at least, of the answers that they marked
    flagged: Share
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
    """Three queries, whatever the number of answers."""
    runs = answers_of(version)
    if since:
        runs = runs.filter(created_at__gte=since)
    found = runs.aggregate(
        answers=Count("pk"),
        conversations=Count("conversation", distinct=True),
        messages=Count("message", distinct=True),
        failed=Count("pk", filter=FAILED),
    )
    said = {row["what"]: row for row in _said(runs)}
    return Figures(
        answers=found["answers"],
        conversations=found["conversations"],
        failed=Share(found["failed"], found["answers"]),
        down=Share(said["thumbs"]["bad"], said["thumbs"]["of"]),
        bad=Share(said["marks"]["bad"], said["marks"]["of"]),
        flagged=Share(said["flags"]["bad"], found["messages"]),
        means=_means(runs),
    )


def _said(runs: QuerySet[Run], **by: Combinable) -> Iterable[dict[str, Any]]:
    """Of thumbs, marks and flags: how many answers have any, and bad ones; one query.

    It counts answers, since what two say of the same one says little more than what one
    says; an answer that was continued counts once.
    """
    first, *others = [
        said.filter(message__in=runs.values("message"))
        .values(what=Value(what), **by)
        .annotate(
            of=Count("message", distinct=True), bad=Count("message", distinct=True, filter=is_bad)
        )
        for what, (said, is_bad) in SAID.items()
    ]
    rows: Iterable[dict[str, Any]] = first.union(*others, all=True)
    return rows


def _means(runs: QuerySet[Run]) -> dict[str, Mean]:
    """One query: an answer is several calls where tools were called."""
    calls_of = {f"the_{name}": how for name, (how, _, _) in MEANS.items()}
    wanted: dict[str, Aggregate] = {}
    for name in MEANS:
        wanted |= {name: Avg(f"the_{name}"), f"{name}_deviation": StdDev(f"the_{name}")}
        wanted |= {f"{name}_of": Count(f"the_{name}")}
    found = _calls(runs).values("run").annotate(**calls_of).aggregate(**wanted)
    return {name: _mean(found, name) for name in MEANS}


def _calls(runs: QuerySet[Run]) -> QuerySet[Call]:
    """All that those runs asked of Claude, one a round."""
    return Call.objects.filter(run__in=runs.values("pk"))


def _mean(found: Mapping[str, Any], name: str) -> Mean:
    _, scale, show = MEANS[name]
    value, deviation = found[name], found[f"{name}_deviation"]
    return Mean(
        None if value is None else float(value) * scale,
        float(deviation or 0) * scale,
        found[f"{name}_of"],
        show,
    )


def by_day(version: Version) -> list[dict[str, Any]]:
    """What each day brought, the newest first; three queries."""
    runs = answers_of(version)
    days = runs.values(day=TruncDate("created_at"))
    found = days.annotate(answers=Count("pk"), failures=Count("pk", filter=FAILED))
    rows: dict[date, dict[str, Any]] = {
        row["day"]: {**row, **dict.fromkeys(SAID, Share(0, 0)), "cost": None, "seconds": None}
        for row in found.order_by("-day")[:90]
    }
    calls = _calls(runs).values(day=TruncDate("opened_at"))
    means = calls.annotate(mean_cost=_a_run("cost"), mean_seconds=_a_run("total_ms") / 1000)
    for spent in means:
        if row := rows.get(spent["day"]):
            row |= {"cost": spent["mean_cost"], "seconds": spent["mean_seconds"]}
    for said in _said(runs, day=TruncDate("message__created_at")):
        if row := rows.get(said["day"]):
            row[said["what"]] = Share(said["bad"], said["of"])
    return list(rows.values())


def _a_run(field: str) -> Combinable:
    """The mean of a run, of those of whose calls it is known."""
    known = Count("run", distinct=True, filter=Q(**{f"{field}__isnull": False}))
    return Cast(Sum(field), FloatField()) / NullIf(known, 0)
