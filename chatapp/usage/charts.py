"""Plots as SVG: numbers for a template, no markup. Every plot has its table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 600, 120  # of the view box
GAP = 0.2  # of a bar's room


@dataclass(frozen=True)
class Bar:
    label: str
    value: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    title: str
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT


def bars(title: str, points: Sequence[tuple[str, Decimal]], unit: str = "$") -> Chart:
    """One bar for each point, the largest as high as the plot."""
    highest = max((value for _, value in points), default=Decimal(0)) or Decimal(1)
    room = WIDTH / max(1, len(points))
    return Chart(
        title,
        [
            Bar(
                label=label,
                value=f"{unit}{value:.4f}",
                x=round(at * room + room * GAP / 2, 2),
                y=round(HEIGHT - float(value / highest) * HEIGHT, 2),
                width=round(room * (1 - GAP), 2),
                height=round(float(value / highest) * HEIGHT, 2),
            )
            for at, (label, value) in enumerate(points)
        ],
    )
