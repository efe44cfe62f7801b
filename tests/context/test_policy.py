"""When the older part is summarised, and how much of it: arithmetic with marks."""

import pytest

from chatapp.context.policy import Item, Marks, fit, to_merge, to_summarise

MARKS = Marks(start=1_000, keep=400, min_turns=2)


def turns(count: int, tokens: int = 100) -> list[Item]:
    """So many turns of a question (a fifth of the tokens) and an answer."""
    return [
        Item(f"{number}{role}", role, size)
        for number in range(count)
        for role, size in (("user", tokens // 5), ("assistant", tokens - tokens // 5))
    ]


def a_tool_loop(tokens: int = 100) -> list[Item]:
    """One turn of six items that nothing may cut."""
    calls = [Item("call", "assistant", tokens, is_open=True), Item("result", "user", tokens)]
    return [Item("ask", "user", tokens), *calls, *calls, Item("answer", "assistant", tokens)]


def test_nothing_happens_up_to_the_high_mark() -> None:
    assert to_summarise(turns(10), MARKS) == 0
    assert to_summarise(turns(11), MARKS) == 14


def test_the_tail_that_is_left_is_at_most_the_low_mark() -> None:
    tail = turns(17)
    taken = to_summarise(tail, MARKS)
    assert sum(item.tokens for item in tail[taken:]) <= MARKS.keep
    assert sum(item.tokens for item in tail[taken - 2 :]) > MARKS.keep


def test_some_turns_stay_however_long_they_are() -> None:
    tail = turns(5, tokens=900)
    left = tail
    while taken := to_summarise(left, MARKS):
        left = left[taken:]
    assert left == tail[-2 * MARKS.min_turns :]
    assert to_summarise(turns(2, tokens=9_000), MARKS) == 0


@pytest.mark.parametrize("before", range(6))
def test_a_cut_is_never_inside_a_tool_loop(before: int) -> None:
    tail = [*turns(before), *a_tool_loop(), *turns(2), *a_tool_loop(), *turns(1)]
    taken = to_summarise(tail, Marks(start=900, keep=300, min_turns=1))
    assert tail[taken].role == "user"
    assert not tail[taken - 1].is_open
    assert taken


def test_an_open_loop_at_the_end_stays_whole() -> None:
    tail = [*turns(2), *a_tool_loop(tokens=500)[:-1]]
    assert to_summarise(tail, Marks(start=100, keep=0, min_turns=1)) == 4


def test_what_gathered_over_long_becomes_several_chunks() -> None:
    tail = turns(100)
    chunks = []
    while taken := to_summarise(tail, MARKS):
        chunks.append(sum(item.tokens for item in tail[:taken]))
        tail = tail[taken:]
    assert chunks == [2_000] * 4 + [1_600]


def test_a_lower_high_mark_can_be_given() -> None:
    assert to_summarise(turns(8), MARKS) == 0
    assert to_summarise(turns(8), MARKS, high=700) == 8


@pytest.mark.parametrize(
    ("levels", "merged"),
    [
        ([0] * 6, range(0)),
        ([0] * 7, range(5)),
        ([1, *[0] * 6], range(1, 6)),
        ([1, 1, *[0] * 5], range(2, 7)),
        ([1, 1, 1, 0, 0, 0, 0], range(5)),
    ],
)
def test_rows_that_were_merged_least_are_merged_first(levels: list[int], merged: range) -> None:
    assert to_merge(levels, Marks(fan=6, merge=5)) == merged


def test_what_fits_is_left_alone() -> None:
    assert fit(turns(10), fixed_tokens=100, limit=1_100) == 0
    assert fit([], fixed_tokens=100, limit=0) == 0


def test_the_oldest_whole_turns_are_left_out() -> None:
    tail = turns(12)
    cut = fit(tail, fixed_tokens=100, limit=1_000)
    assert cut % 2 == 0
    assert 0 < sum(item.tokens for item in tail[cut:]) <= 900


def test_a_cut_stays_where_it_is_until_there_is_no_room_again() -> None:
    grown = [fit(turns(count)[:-1], fixed_tokens=100, limit=1_000) for count in range(1, 40)]
    assert grown == sorted(grown)
    assert 5 < len(set(grown)) < 15


def test_the_last_turn_stays_even_if_it_does_not_fit() -> None:
    tail = [*turns(3), Item("giant", "user", 5_000)]
    assert fit(tail, fixed_tokens=0, limit=1_000) == len(tail) - 1
