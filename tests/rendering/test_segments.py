"""Where a text is cut: where the Markdown parser would, and never differently later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.rendering import Segment, render, render_segment, split
from chatapp.rendering.segments import HARD_LIMIT, SOFT_LIMIT, Splitter
from tests.rendering.corpus import ANSWER, BLOCKS

SEPARATORS = st.sampled_from(["\n\n", "\n\n", "\n\n\n", "\n"])
DOCUMENTS = st.lists(st.tuples(st.sampled_from(BLOCKS), SEPARATORS), max_size=6)
SCRAPS = st.lists(
    st.sampled_from(["- ", "1. ", "> ", "```", "~~~", "    ", "\t", "\n", "\n\n", "#", "|", "--"])
    | st.text("ab<[]:*_`\\\r\n \0\ud800é", max_size=4),
    max_size=40,
).map("".join)


def whole(text: str) -> str:
    """The text as the Markdown parser sees it when it is not cut at all."""
    return render_segment(Segment(text))


@given(DOCUMENTS)
def test_a_cut_text_reads_as_the_whole_one(blocks: list[tuple[str, str]]) -> None:
    # Rows of a table need no bars, so what follows one without a blank line is anyone's guess.
    text = "".join(block + (gap if "|" not in block else "\n\n") for block, gap in blocks)
    assert render(text) == whole(text)


@given(SCRAPS, st.integers(0, 200))
def test_what_is_closed_stays_whatever_follows(text: str, cut: int) -> None:
    closed = Splitter().push(text[:cut])
    assert split(text)[: len(closed)] == closed


@given(SCRAPS)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    sources = "".join(segment.source for segment in split(text))
    assert sources.rstrip() == text.replace("\ud800", "\ufffd").rstrip()


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_one_segment_between_others(block: str) -> None:
    sources = [segment.source for segment in split(f"before\n\n{block}\n\nafter")]
    assert sources[0] == "before\n\n"
    assert sources[-1].endswith("after")
    assert "".join(sources[1:]).startswith(block) or block == "-\n\n  foo"


def test_a_realistic_answer_is_cut_at_its_blocks() -> None:
    starts = [segment.source.split("\n")[0][:12] for segment in split(ANSWER)]
    assert starts == [
        *("To reverse a", "1. `list.rev", "| way | copi", "```python", ""),
        *("## In short", "Use `reverse", "Good luck \U0001f44d!"),
    ]


def test_a_fence_carries_its_language_and_its_code() -> None:
    [segment] = split(" ~~~~ c++ {.x}\n int x;\n~~~\n y\n~~~~~\n")
    assert segment.fence
    assert segment.fence.language == "c++"
    assert segment.code == "int x;\n~~~\ny\n"


def test_an_endless_paragraph_is_cut_after_a_word() -> None:
    segments = split("word " * 10_000)
    assert max(len(segment.source) for segment in segments) <= SOFT_LIMIT
    assert all(segment.source.startswith("word") for segment in segments)


def test_an_endless_list_is_cut_between_its_items() -> None:
    segments = split("".join(f"{i}. item\n" for i in range(1, 5000)))
    assert len(segments) > 2
    assert max(len(segment.source) for segment in segments) <= SOFT_LIMIT + 20
    assert '<ol start="' in render_segment(segments[1])


def test_a_long_table_keeps_its_head() -> None:
    rows = "| some cell | another |\n" * 800
    assert len(split("| a | b |\n|---|---|\n" + rows)) == 1
    assert len(split("| a | b |\n|---|---|\n" + rows * 3)[0].source) < HARD_LIMIT + 100
