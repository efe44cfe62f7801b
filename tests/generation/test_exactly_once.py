"""Whatever happens to announcements, a page shows each character once, in order."""

import asyncio
import html
import re
import uuid
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from chatapp.claude import Event, TextDelta, ThinkingDelta
from chatapp.generation import log
from chatapp.generation.answer import Answer
from chatapp.generation.cursor import Cursor, LiveAnswer
from chatapp.generation.log import Piece
from chatapp.generation.models import Run
from chatapp.rendering import render

FRAME = re.compile(r'<template data-frame="(\w+)"([^>]*)>(.*?)</template>', re.S)
TEXTS = st.lists(st.text(st.sampled_from("ab *`#\n-|>é🙂"), min_size=1), min_size=1, max_size=30)


@dataclass
class Page:
    """What static/js/frames.js makes of frames, in as few lines as possible."""

    finished: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    def apply(self, frames: str) -> None:
        for frame, data, inner in FRAME.findall(frames):
            block = int(found[1]) if (found := re.search(r'data-block="(\d+)"', data)) else 0
            getattr(self, frame, lambda *_: None)(block, inner)

    def live(self, _: int, inner: str) -> None:
        assert inner == ""
        self.finished, self.tail = [], []

    def block(self, _: int, inner: str) -> None:
        self.finished.append("")
        self.tail.append("")

    def append(self, block: int, inner: str) -> None:
        self.finished[block] += inner
        self.tail[block] = ""

    def set_tail(self, block: int, inner: str) -> None:
        self.tail[block] = inner

    def code(self, block: int, inner: str) -> None:
        head, end, rest = self.tail[block].rpartition("</code>")
        self.tail[block] = head + inner + end + rest


# A method cannot share its name with the field it fills.
def apply(page: Page, frames: str) -> None:
    page.apply(frames.replace('data-frame="tail"', 'data-frame="set_tail"'))


def pieces_of(texts: list[str]) -> list[Piece]:
    pieces, start, run = [], 0, uuid.uuid4()
    for text in texts:
        pieces.append(Piece(run, start, 0, "text", text))
        start += len(text)
    return pieces


def news_of(piece: Piece) -> dict[str, object]:
    told = [(piece.block, piece.kind, piece.text)]
    return {"run": str(piece.run), "state": "writing", "start": piece.start, "pieces": told}


def shown_after(pieces: list[Piece], told: list[Piece]) -> Page:
    """A page that hears `told` in that order, and reads what it missed as a follower does."""

    def read(run: uuid.UUID, offset: int) -> list[Piece]:
        return [piece for piece in pieces if piece.start >= offset]

    async def follow() -> Page:
        live, page = LiveAnswer(pieces[0].run, read), Page()
        cursor = Cursor(live, uuid.uuid4())
        for piece in [*told, pieces[-1]]:
            live.hear(news_of(piece))
            if live.is_behind:
                await live.catch_up()
            apply(page, cursor.frame())
        live.blocks[-1].close()
        apply(page, cursor.frame())
        return page

    return asyncio.run(follow())


@bounds(max_examples=150, deadline=None)
@given(texts=TEXTS, data=st.data())
def test_lost_doubled_and_reordered_rings_change_nothing(
    texts: list[str], data: st.DataObject
) -> None:
    pieces = pieces_of(texts)
    told = data.draw(st.lists(st.sampled_from(pieces), max_size=40))
    page = shown_after(pieces, told)
    assert page.finished == [render("".join(texts))]
    assert page.tail == [""]


@bounds(max_examples=60, deadline=None)
@given(texts=TEXTS)
def test_a_page_that_comes_at_any_time_ends_the_same(texts: list[str]) -> None:
    pieces = pieces_of(texts)
    for joined in range(len(pieces)):
        page = shown_after(pieces, pieces[joined:])
        assert page.finished == [render("".join(texts))]


def test_an_open_code_block_grows_by_its_new_characters() -> None:
    live = LiveAnswer(uuid.uuid4())
    live.is_behind = False
    cursor, page, source = Cursor(live, uuid.uuid4()), Page(), "```py\n" + "x = 1 < 2\n" * 300

    async def stream() -> int:
        total = 0
        for piece in pieces_of([source[at : at + 7] for at in range(0, len(source), 7)]):
            live.hear(news_of(piece))
            frame = cursor.frame()
            total += len(frame)
            apply(page, frame)
        return total

    sent = asyncio.run(stream())
    assert html.unescape(re.sub(r"<[^>]+>", "", page.tail[0])).count("x = 1 < 2") == 300
    assert sent < 60 * len(source)


@bounds(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=9), st.sampled_from(["ok", "fails"])), max_size=60))
def test_gathering_and_committing_in_any_order_keeps_the_text(steps: list[str]) -> None:
    answer, stored, said = Answer(Run()), dict[int, str](), ""
    for at, step in enumerate([*steps, "ok", "ok"]):
        if step not in ("ok", "fails"):
            answer.take([delta(at, step)])
            said += log.storable(step)
            continue
        pieces = answer.pieces()
        if at < len(steps):
            answer.take([TextDelta(0, "late")])  # comes while the commit is under way
            said += "late"
        if step == "ok":
            stored.update({piece.start: piece.text for piece in pieces})
            answer.commit(pieces)
    assert rebuilt(stored) == said


def delta(at: int, text: str) -> Event:
    return TextDelta(0, text) if at % 2 else ThinkingDelta(0, text)


def rebuilt(stored: dict[int, str]) -> str:
    """The text of a log in which each chunk must begin where the one before it ends."""
    text = ""
    for start, piece in sorted(stored.items()):
        assert start == len(text)
        text += piece
    return text
