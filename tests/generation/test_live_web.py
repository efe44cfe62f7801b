"""Searches, sources and thinking while an answer is written: the page ends as a reload shows it."""

import asyncio
import re
import uuid
from typing import Any

import pytest

from chatapp.claude import BlockStart, BlockStop, TextDelta, ThinkingDelta
from chatapp.claude.message import Message as Said
from chatapp.conversations.models import Message
from chatapp.generation import answer as answers
from chatapp.generation import log
from chatapp.generation.answer import Answer
from chatapp.generation.log import Piece
from chatapp.generation.models import Run
from chatapp.generation.parts import parts_of, thought_label
from chatapp.rendering import render
from chatapp.review.live import CoveredAnswer
from tests.generation.test_tool_cards import RUN, Stub, followed, html_of

Block = dict[str, Any]
CITED = {"type": "web_search_result_location", "url": "https://a.example/", "title": "Bees"}
THINKING = {"type": "thinking", "thinking": "Hm, *bees*.", "signature": "s"}
HIDDEN = {"type": "redacted_thinking", "data": "x"}


def call(id: str, **given: Any) -> Block:
    return {"type": "server_tool_use", "id": id, "name": "web_search", "input": given}


def result(id: str, *titles: str) -> Block:
    found = [
        {"type": "web_search_result", "title": it, "url": "https://a.example/", "page_age": None}
        for it in titles
    ]
    return {"type": "web_search_tool_result", "tool_use_id": id, "content": found}


def text(words: str, *citations: Block) -> Block:
    return {"type": "text", "text": words, "citations": list(citations) or None}


SAID = [
    THINKING,
    HIDDEN,
    text("Let me look. "),
    call("a", query="bees </template>"),
    call("b", query="wasps"),
    result("b", "<i>One</i>", "Two"),
    result("a"),
    text("\n\nBees "),
    text("**fly**.\n", CITED),
    text("```py\nx = 1\n```\n\nAnd so "),
    text("on", CITED),
]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(answers.time, "monotonic", lambda: now[0])
    monkeypatch.setattr("chatapp.usage.door.time.monotonic", lambda: now[0])
    return now


def streamed(clock: list[float], said: list[Block], until: int | None = None) -> Answer:
    """What a runner has after those blocks came; thinking takes twelve seconds."""
    answer = Answer(Run(pk=RUN))
    answer.stream = Stub(Said(content=said[:until]))  # type: ignore[assignment]
    for index, block in enumerate(said[:until]):
        blank = {"text": "", "thinking": ""}
        start = {k: blank.get(k, v) for k, v in block.items() if k != "citations"}
        answer.take([BlockStart(index, start)])
        for piece in re.findall("(?s).{1,5}", block.get("text", "")):
            answer.take([TextDelta(index, piece)])
        for piece in re.findall("(?s).{1,5}", block.get("thinking", "")):
            clock[0] += 4
            answer.take([ThinkingDelta(index, piece)])
        answer.take([BlockStop(index, block)])
    return answer


def page_of(pieces: list[Piece], told: list[Piece]) -> str:
    """The blocks of a page after all frames, as `frames.js` applies them."""
    frames = asyncio.run(followed(pieces, told)).replace("\n", "\x01")
    blocks: dict[str, str] = {}
    for kind, block, inner in FRAMES.findall(frames):
        if kind in ("block", "again"):
            blocks[block] = inner.replace(f' data-block="{block}"', "")
        elif kind == "append":
            blocks[block] = blocks[block].replace("<div data-tail>", inner + "<div data-tail>")
        elif kind == "fold":
            named = re.sub("<summary>.*?</summary>", f"<summary>{inner}</summary>", blocks[block])
            blocks[block] = named.replace(" open>", ">")
    return "".join(blocks.values()).replace("<div data-tail></div>", "").replace("\x01", "\n")


FRAMES = re.compile(
    r'<template data-frame="(block|append|again|fold)"[^>]*data-block="(\d+)">(.*?)</template>'
)


@pytest.mark.parametrize("step", [1, 2, 5, 100])
def test_the_page_ends_as_a_reload_shows_it(clock: list[float], step: int) -> None:
    answer = streamed(clock, SAID)
    pieces = answer.pieces()
    answer.end("done")
    assert answer.ending
    times = {str(at): ms for at, ms in answer.ending.thinking_ms.items()}
    message = Message(role="assistant", content=SAID, thinking_ms=times)
    reloaded = html_of([part for part in parts_of(message) if part.kind != "sources"])
    assert page_of(pieces, pieces[::step]) == reloaded
    assert "Thought for 12 s" in reloaded
    assert "<strong>fly</strong>.<sup" in reloaded


def test_a_search_stands_at_once_and_changes_when_it_has_found(clock: list[float]) -> None:
    running = streamed(clock, SAID, 5).pieces()
    page = page_of(running, running)
    assert page.count("data-running") == 2
    assert "Searching the web: wasps" in page
    over = streamed(clock, SAID).pieces()
    page = page_of(over, over)
    assert "data-running" not in page
    assert "Searched the web: wasps · 2 pages" in page
    assert "&lt;i&gt;One" in page


def test_a_page_that_comes_late_gets_thinking_folded(clock: list[float]) -> None:
    pieces = streamed(clock, SAID).pieces()
    frames = asyncio.run(followed(pieces, pieces[-1:]))
    assert "Thought for 12 s" in frames
    assert 'data-frame="fold"' not in frames


def test_thinking_is_open_as_long_as_it_streams(clock: list[float]) -> None:
    pieces = streamed(clock, [THINKING]).pieces()[:-1]
    assert "<details" in page_of(pieces, pieces)
    assert " open><summary>Thinking</summary>" in page_of(pieces, pieces)


def test_the_log_gives_back_searches_sources_and_times(clock: list[float]) -> None:
    kept = log.recovered(streamed(clock, SAID).pieces())
    assert [block["type"] for block in kept.content] == [
        *["thinking", "redacted_thinking", "text"],
        *["server_tool_use", "web_search_tool_result"] * 2,
        *["text"] * 4,
    ]
    assert kept.thinking_ms == {0: 12_000}
    assert kept.content[8]["citations"] == [CITED]
    message = Message(role="assistant", content=kept.content, thinking_ms={"0": 12_000})
    whole = Message(role="assistant", content=SAID, thinking_ms={"0": 12_000})
    assert html_of(parts_of(message)) == html_of(parts_of(whole))


def test_a_search_that_was_cut_off_is_said_to_have_failed(clock: list[float]) -> None:
    kept = log.recovered(streamed(clock, SAID, 5).pieces())
    html = html_of(parts_of(Message(role="assistant", content=kept.content)))
    assert html.count("</bdi>: failed</summary>") == 2
    assert "It was not run." in html


def test_thinking_that_is_stopped_has_its_time_too(clock: list[float]) -> None:
    answer = Answer(Run(pk=RUN))
    answer.stream = Stub(Said(content=[THINKING]))  # type: ignore[assignment]
    answer.take([BlockStart(0, {"type": "thinking", "thinking": ""})])
    clock[0] += 3
    answer.end("stopped")
    assert answer.ending
    assert answer.ending.thinking_ms == {0: 3_000}


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (None, "Thought"),
        (0, "Thought for a moment"),
        (499, "Thought for a moment"),
        (1_200, "Thought for 1 s"),
        (59_600, "Thought for 1 min 0 s"),
        (72_000, "Thought for 1 min 12 s"),
    ],
)
def test_the_time_of_thinking_in_words(ms: int | None, words: str) -> None:
    assert thought_label(ms) == words


def test_text_in_several_blocks_without_sources_is_one_too(clock: list[float]) -> None:
    said = [text("One "), text("word.\n\nTwo")]
    pieces = streamed(clock, said).pieces()
    whole = render("One word.\n\nTwo")
    assert page_of(pieces, pieces) == f'<div class="block block-text" dir="auto">{whole}</div>'


class Stars:
    """A mask over a word or two, to see that everything goes through it."""

    def __call__(self, words: str) -> str:
        return words.replace("wasps", "hidden").replace("fly", "hidden")


def test_the_support_room_sees_cards_masked_and_no_numbers_yet(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatapp.review.live.Growing", Slow)
    live = CoveredAnswer(uuid.uuid4(), Stars())  # type: ignore[arg-type]
    for piece in streamed(clock, SAID).pieces():
        live._feed(piece)
    live._close(live.blocks[-1])
    assert [block.kind for block in live.blocks] == [
        *["thinking", "redacted", "text", "tool", "tool", "text"]
    ]
    assert "Searched the web: hidden" in live.blocks[4].opened()
    assert "".join(live.blocks[5].answer.frozen).startswith("<p>Bees <strong>hidden</strong>.")
    assert live.blocks[0].part.label == "Thought for 12 s"


class Slow:
    """A growing mask that gives out nothing until it is closed."""

    def __init__(self, mask: Stars) -> None:
        self.mask, self.held = mask, ""

    def feed(self, words: str) -> str:
        self.held += words
        return ""

    def close(self) -> str:
        return self.mask(self.held)
