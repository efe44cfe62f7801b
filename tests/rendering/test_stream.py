"""An answer while it grows: what was shown stays, and what it ends as is what a reload shows."""

from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.rendering import OpenAnswer, render
from tests.rendering.corpus import ANSWER, BLOCKS
from tests.rendering.reading import complaints
from tests.rendering.test_segments import SCRAPS

CORPUS = [ANSWER, "\n\n".join(BLOCKS), "\n".join(BLOCKS), "\r\n".join(BLOCKS)]
TEXTS = SCRAPS | st.text(max_size=80) | st.sampled_from(CORPUS)


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def fed(text: str) -> OpenAnswer:
    answer = OpenAnswer()
    answer.feed(text)
    return answer


@given(TEXTS, st.lists(st.integers(0, 10_000), max_size=20))
def test_any_cutting_of_a_text_ends_as_the_same_html(text: str, cuts: list[int]) -> None:
    answer = OpenAnswer()
    for piece in pieces(text, cuts):
        frozen = list(answer.frozen)
        answer.feed(piece)
        assert answer.frozen[: len(frozen)] == frozen
        assert complaints("".join(answer.frozen) + answer.tail()) == []
    answer.close()
    assert "".join(answer.frozen) == render(text)
    assert answer.tail() == ""


@pytest.mark.parametrize("text", CORPUS)
def test_character_by_character_ends_as_the_same_html(text: str) -> None:
    answer = OpenAnswer()
    for character in text:
        answer.feed(character)
    answer.close()
    assert "".join(answer.frozen) == render(text)


@given(st.text("`~ \tab\n<&\xa0\r", max_size=60))
def test_open_code_grows_only_at_its_end(text: str) -> None:
    answer = fed("```\n")
    shown = ""
    for character in text:
        answer.feed(character)
        if not answer.open_code:
            break
        shown += answer.code_text_after(len(unescape(shown)))
        assert shown == answer.code_text_after(0)
        assert answer.tail_source_length == len(unescape(shown))
        assert f"<code>{shown}</code>" in answer.tail()


def test_open_code_is_plain_in_the_frame_it_will_have() -> None:
    answer = fed("```python\nimport os\n")
    open_tail = answer.tail()
    answer.feed("```\n")
    [closed] = answer.frozen
    assert open_tail.split("<code>")[0] == closed.split("<code>")[0]
    assert "tok-" not in open_tail
    assert "tok-k" in closed


def test_a_line_that_may_close_the_fence_is_held_back() -> None:
    answer = fed("```\nx\n  ``")
    assert answer.code_text_after(0) == "x\n"
    answer.feed(" y")
    assert answer.code_text_after(2) == "  `` y"


def test_a_tail_is_rendered_once_until_more_comes() -> None:
    answer = fed("some words")
    assert answer.tail_cost == 10
    assert answer.tail() is answer.tail()
    assert answer.tail_cost == 0
    answer.feed("!")
    assert answer.tail_cost == 11


def test_nothing_is_open_before_the_first_word() -> None:
    answer = OpenAnswer()
    assert answer.tail() == ""
    assert answer.tail_cost == 0
    assert not answer.open_code
    assert answer.code_text_after(0) == ""


@pytest.mark.parametrize("start", ["-", "1", "1.", "``", "```py", "---", "=", "| -"])
def test_a_last_line_that_may_become_anything_is_not_shown_yet(start: str) -> None:
    assert fed(f"text\n{start}").tail() == fed("text\n").tail()


def test_a_return_at_the_end_of_a_piece_may_be_half_a_line_ending() -> None:
    answer = fed("a\r")
    answer.feed("\nb\r")
    answer.feed("\r")
    answer.close()
    assert "".join(answer.frozen) == "<p>a\nb</p>\n"
