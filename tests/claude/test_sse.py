"""The splitter gives the same events however the stream is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.claude import sse
from chatapp.claude.errors import NotAStream
from chatapp.claude.sse import Splitter

# Text that breaks careless splitters: line separators of Unicode, astral and combined signs.
AWKWARD = st.text(
    alphabet=st.sampled_from("ab \u2028\u2029\u0085\x0b\x0c\x1c👩\u200d👧é大\u202e\ufeff:{}"),
    min_size=1,
    max_size=12,
)
LINE_ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def split(chunks: list[bytes]) -> list[str]:
    splitter = Splitter()
    found = [data for chunk in chunks for data in splitter.feed(chunk)]
    return [data.decode() for data in found + splitter.finish()]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


@given(
    st.lists(AWKWARD.map(lambda text: "{" + text + "}"), max_size=6),
    LINE_ENDS,
    st.lists(st.integers(0, 10_000), max_size=20),
    st.booleans(),
)
def test_any_cutting_gives_the_same_events(
    payloads: list[str], end: bytes, places: list[int], blank: bool
) -> None:
    lines = [b"event: e" + end + b"data: " + text.encode() + end for text in payloads]
    stream = end.join(lines) + (end if blank else b"")
    assert split(cut(stream, places)) == payloads


@given(st.lists(AWKWARD, min_size=1, max_size=4), LINE_ENDS)
def test_single_bytes_give_the_same_events(payloads: list[str], end: bytes) -> None:
    stream = b"".join(b"data:" + text.encode() + end + end for text in payloads)
    expected = [text.removeprefix(" ") for text in payloads]
    assert split([bytes([byte]) for byte in stream]) == [text for text in expected if text]


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_no_bytes_at_all_upset_the_splitter(chunks: list[bytes]) -> None:
    splitter, whole = Splitter(), Splitter()
    parts = [data for chunk in chunks for data in splitter.feed(chunk)] + splitter.finish()
    assert parts == whole.feed(b"".join(chunks)) + whole.finish()


def test_an_event_is_given_as_soon_as_its_blank_line_is_there() -> None:
    splitter = Splitter()
    assert splitter.feed(b"data: 1\r\n\r") == [b"1"]
    assert splitter.feed(b"\ndata: 2\n\n") == [b"2"]


def test_several_data_lines_are_joined_by_newlines() -> None:
    assert split([b"data: a\ndata:b\ndata:  c\n\n"]) == ["a\nb\n c"]


def test_comments_and_unknown_fields_are_passed_over() -> None:
    assert split([b": hello\nid: 3\nretry: 5\n\nevent: x\nid: 4\ndata: y\n\n"]) == ["y"]


def test_a_byte_order_mark_at_the_beginning_is_passed_over() -> None:
    assert split([b"\xef", b"\xbb\xbfdata: a\n\n"]) == ["a"]


def test_data_before_the_event_line_counts_as_well() -> None:
    assert split([b"data: a\nevent: x\n\n"]) == ["a"]


def test_many_blank_lines_between_events_are_harmless() -> None:
    assert split([b"\n\n\n\ndata: a\n\n\n\n\ndata: b\n\n"]) == ["a", "b"]


def test_an_event_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "LARGEST_EVENT", 100)
    with pytest.raises(NotAStream, match="without an end"):
        Splitter().feed(b"x" * 101)
