"""Where lines are taken apart before they are masked: where no find can be, now or later."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.review.masking.cuts import LIMIT, fine_cuts, wide_cuts
from chatapp.review.masking.finds import Plain, may_hold_finds

Cuts = Callable[[str], Iterator[int]]
LINES = st.lists(
    st.sampled_from(
        ["AB12", "DE89", "a ", " ", "1", "(at)", "(dot)", ".", "，", "+", "-", "word", "é"]
    ),
    max_size=40,
).map("".join)


def pieces(line: str) -> list[str]:
    ends = [0, *fine_cuts(line), len(line)]
    return [line[start:end] for start, end in pairwise(ends)]


def test_words_are_taken_apart_and_numbers_stay_with_the_word_before() -> None:
    assert pieces("my phone was 415 555-2671 at home") == [
        *("my ", "phone ", "was 415 555-2671 ", "at ", "home")
    ]


def test_an_iban_that_has_begun_holds_what_may_belong_to_it() -> None:
    held = "QA58 DOHB 0000 1234 5678 90AB CDEF G"
    assert any(held in piece for piece in pieces(f"pay to {held} now please"))
    assert pieces("QA DOHB CDEF G") == ["QA ", "DOHB ", "CDEF ", "G"]


def test_an_address_that_is_spoken_stays_whole() -> None:
    assert "ada (at) example (dot) com " in pieces("so ada (at) example (dot) com it is")


def test_an_iban_ends_at_its_longest() -> None:
    words = pieces("AB12 " + "word " * 40)
    assert len(words[0]) < 60
    assert words[1] == "word "


@pytest.mark.parametrize("cuts", [fine_cuts, wide_cuts])
@given(line=LINES, end=st.floats(0, 1))
def test_the_beginning_of_a_line_is_cut_as_the_whole_one(cuts: Cuts, line: str, end: float) -> None:
    line = line * (1 + 3 * LIMIT // max(1, len(line))) if end > 0.8 else line
    length = round(end * len(line))
    known = list(cuts(line[:length]))
    assert known == [cut for cut in cuts(line) if cut < length][: len(known)]


@pytest.mark.parametrize("cuts", [fine_cuts, wide_cuts])
@given(line=LINES.filter(bool))
def test_no_piece_is_longer_than_the_limit(cuts: Cuts, line: str) -> None:
    line *= 1 + 2 * LIMIT // len(line)
    ends = [0, *cuts(line), len(line)]
    assert max(b - a for a, b in pairwise(ends)) <= LIMIT
    assert min(b - a for a, b in pairwise(ends)) > 0


def test_wide_cuts_leave_a_line_within_the_limit_whole() -> None:
    assert list(wide_cuts("word " * (LIMIT // 5))) == []
    assert list(wide_cuts("word " * (LIMIT // 5 + 1))) == [LIMIT]


def test_a_find_in_plain_spelling_is_found_again_in_the_original() -> None:
    piece = "x\u200b ４\u200b2\\-７ y"
    plain = Plain(piece)
    assert plain.text == "x 42-7 y"
    start, end = plain.original((2, 6))
    assert piece[start:end] == "４\u200b2\\-７"


@pytest.mark.parametrize("text", ["202 123", "at home", "a & b", "x.example"])
def test_text_without_a_hint_is_not_looked_at(text: str) -> None:
    assert not may_hold_finds(text)
