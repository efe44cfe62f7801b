"""Plots as SVG: numbers for a template, no markup. Every plot has its table behind it.

Places and sizes are percent of the plot, so it can be drawn in any width; the rows of a
ranking, which hold text, are measured in its own height (em).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from chatapp.usage.reports import Sums
from chatapp.usage.shown import dollars, number

GAP = 0.2  # of a column's room
ROW = 2.75  # em
LONGEST = 36  # characters of a label that a narrow plot has room for
SUM_HEADS = (
    pgettext_lazy("money", "Spent"),
    gettext_lazy("Calls"),
    pgettext_lazy("tokens", "Read"),
    pgettext_lazy("tokens", "Cached"),
    pgettext_lazy("tokens", "Wrote"),
)
Value = Decimal | float | None
Cells = Sequence[str]


@dataclass(frozen=True)
class Bar:
    """`place` is from the left for a column, from the top for a row of a ranking."""

    label: str
    value: str
    place: float
    size: float
    is_behind: bool = False

    @property
    def top(self) -> float:
        return round(100 - self.size, 2)


@dataclass(frozen=True)
class Chart:
    """Columns over time, or a ranking, which has a `height` (em)."""

    title: str
    heads: Cells
    rows: Sequence[Cells]
    bars: Sequence[Bar] = field(default_factory=list)
    highest: str = ""
    width: float = 0  # of a column
    height: float = 0


@dataclass(frozen=True)
class Series:
    """Values of one kind, one for each column; None: there is none."""

    name: str
    values: Sequence[Value]


def money(value: Value) -> str:
    return "–" if value is None else dollars(value, 4)


def percent(value: Value) -> str:
    return "–" if value is None else f"{number(value)} %"


def milliseconds(value: Value) -> str:
    return "–" if value is None else f"{number(value)} ms"


def count(value: Value) -> str:
    return "–" if value is None else number(value)


def columns(
    title: str,
    labels: Cells,
    *series: Series,
    show: Callable[[Value], str] = money,
    top: float = 0,
) -> Chart:
    """A column for each label; series stand one before another.

    As high as the plot is `top`, or without it the highest value.
    """
    highest = _highest(value for each in series for value in each.values)
    room = 100 / max(1, len(labels))
    bars = [
        Bar(
            label=label,
            value=f"{each.name} {show(value)}",
            place=round(at * room + room * GAP / 2, 3),
            size=_share(value, top or highest),
            is_behind=each is not series[-1],
        )
        for each in series
        for at, (label, value) in enumerate(zip(labels, each.values, strict=True))
        if value
    ]
    rows = zip(labels, *(map(show, each.values) for each in series), strict=True)
    return Chart(
        title=title,
        heads=[gettext("Day"), *(each.name for each in series)],
        rows=[list(row) for row in rows],
        bars=bars,
        highest=show(highest) if bars else "",
        width=round(room * (1 - GAP), 3),
    )


def by_day(days: Sequence[Sums]) -> list[Chart]:
    """Money, cache, latency and errors of each day."""
    labels = labels_of(days)
    cached = [day.cached_percent if day.read else None for day in days]
    late = [Series(gettext("95th percentile"), [day.first_p95 for day in days])]
    late += [Series(gettext("Median"), [day.first_median for day in days])]
    errors = Series(gettext("Errors"), [day.errors for day in days])
    return [
        columns(
            gettext("Spent a day"),
            labels,
            Series(pgettext("money", "Spent"), [day.cost for day in days]),
        ),
        columns(
            gettext("Read from the cache"),
            labels,
            Series(pgettext("part of a whole", "Share"), cached),
            show=percent,
            top=100,
        ),
        columns(
            gettext("First token: median, 95th percentile behind"),
            labels,
            *late,
            show=milliseconds,
        ),
        columns(gettext("Calls with errors"), labels, errors, show=count),
    ]


def labels_of(days: Sequence[Sums]) -> list[str]:
    return [date_format(day.label, "SHORT_DAY_FORMAT") for day in days]


def dearest(title: str, of: str, sums: Sequence[Sums]) -> Chart:
    """Who or what cost the most, with everything that was summed in the table."""
    pairs = [(str(row.label or gettext("none")), row.cost) for row in sums]
    rows = [[label, *_summed(row)] for (label, _), row in zip(pairs, sums, strict=True)]
    return _ranking(title, [of, *map(str, SUM_HEADS)], rows, pairs, money)


def _summed(row: Sums) -> list[str]:
    read, cached = count(row.read), percent(row.cached_percent)
    return [money(row.cost), count(row.calls), read, cached, count(row.written)]


def commonest(title: str, of: str, pairs: Sequence[tuple[str, int]]) -> Chart:
    """What occurred how often."""
    rows = [[label, count(times)] for label, times in pairs]
    return _ranking(title, [of, gettext("Calls")], rows, pairs, count)


def _ranking(
    title: str,
    heads: Cells,
    rows: Sequence[Cells],
    pairs: Sequence[tuple[str, Value]],
    show: Callable[[Value], str],
) -> Chart:
    top = _highest(value for _, value in pairs)
    bars = [
        Bar(_shortened(label), show(value), at * ROW, _share(value, top))
        for at, (label, value) in enumerate(pairs)
    ]
    return Chart(title, heads, rows, bars, height=len(bars) * ROW)


def _shortened(label: str) -> str:
    """Less its middle: versions of one prompt differ at the end."""
    if len(label) <= LONGEST:
        return label
    return f"{label[: LONGEST - 13]}…{label[-12:]}"


def _highest(values: Iterable[Value]) -> float:
    return max((float(value) for value in values if value is not None), default=0.0)


def _share(value: Value, top: float) -> float:
    return round(100 * float(value or 0) / (top or 1), 2)
