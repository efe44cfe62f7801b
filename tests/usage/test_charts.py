"""Plots: where each bar stands, and what is told without them."""

from decimal import Decimal
from itertools import pairwise

import pytest

from chatapp.usage.charts import Series, columns, commonest, count, dearest, percent
from chatapp.usage.reports import Sums

DAYS = ["1 Nov", "2 Nov", "3 Nov", "4 Nov"]


def test_the_highest_column_fills_the_plot_and_others_their_share() -> None:
    values = [Decimal(1), Decimal(4), Decimal(0), Decimal(2)]
    chart = columns("Spent", DAYS, Series("Spent", values))
    assert [(bar.label, bar.size, bar.top) for bar in chart.bars] == [
        ("1 Nov", 25, 75),
        ("2 Nov", 100, 0),
        ("4 Nov", 50, 50),
    ]
    assert chart.highest == "$4.0000"


@pytest.mark.parametrize("days", [1, 30, 366])
def test_columns_stand_side_by_side_inside_the_plot(days: int) -> None:
    chart = columns("Spent", ["day"] * days, Series("Spent", [1.0] * days))
    places = [bar.place for bar in chart.bars]
    assert min(places) > 0
    assert places[-1] + chart.width <= 100
    assert all(b - a > chart.width for a, b in pairwise(places))


def test_of_two_series_the_last_stands_in_front() -> None:
    late, usual = Series("95th", [400, None, 1, 1]), Series("Median", [100, None, 1, 1])
    chart = columns("Late", DAYS, late, usual, show=count)
    first = [bar for bar in chart.bars if bar.label == "1 Nov"]
    assert [(bar.is_behind, bar.size) for bar in first] == [(True, 100), (False, 25)]


def test_a_share_is_drawn_as_part_of_the_whole() -> None:
    shares = Series("Share", [80, None, None, 40])
    chart = columns("Cached", DAYS, shares, show=percent, top=100)
    assert [bar.size for bar in chart.bars] == [80, 40]
    assert chart.highest == "80 %"


def test_the_table_has_every_day_and_tells_nothing_from_zero() -> None:
    chart = columns("Cached", DAYS, Series("Share", [None, 0, 50, 100]), show=percent)
    assert chart.heads == ["Day", "Share"]
    assert [row[1] for row in chart.rows] == ["–", "0 %", "50 %", "100 %"]


def test_a_plot_of_nothing_has_no_bars() -> None:
    chart = columns("Spent", DAYS, Series("Spent", [Decimal(0)] * 4))
    assert (chart.bars, chart.highest, len(chart.rows)) == ([], "", 4)
    assert commonest("Errors", "Type", []).bars == []


def test_the_first_of_a_ranking_has_the_longest_bar() -> None:
    chart = commonest("Errors", "Type", [("lost", 4), ("silence", 1)])
    assert [(bar.label, bar.value, bar.size) for bar in chart.bars] == [
        ("lost", "4", 100),
        ("silence", "1", 25),
    ]
    assert chart.bars[0].place < chart.bars[1].place < chart.height


def test_a_long_name_keeps_its_end_which_tells_versions_apart() -> None:
    names = [f"{'A tutor of mathematics ' * 4}{n}" for n in (1, 2)]
    chart = commonest("Spent", "Version", [(name, 1) for name in names])
    first, second = (bar.label for bar in chart.bars)
    assert len(first) == len(second) == 36
    assert first != second
    assert [row[0] for row in chart.rows] == names


def test_what_cost_nothing_is_ranked_and_what_has_no_name_is_called_so() -> None:
    sums = Sums(label=None, calls=2, read=1_000, cached=500, written=9)
    chart = dearest("Spent", "Version", [sums])
    assert (chart.bars[0].label, chart.bars[0].size) == ("none", 0)
    assert chart.rows == [["none", "$0.0000", "2", "1,000", "50 %", "9"]]
