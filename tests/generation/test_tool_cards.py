"""A tool's call and its result: one card, the same while it is written and after a reload."""

import asyncio
import re
import uuid
from typing import Any

import pytest
from django.template.loader import render_to_string

from chatapp.claude.message import Message as Said
from chatapp.conversations.models import Message
from chatapp.generation import log
from chatapp.generation.answer import Answer
from chatapp.generation.cursor import Cursor, LiveAnswer
from chatapp.generation.finish import plain_text
from chatapp.generation.log import Piece
from chatapp.generation.models import Run
from chatapp.generation.parts import Part, parts_of, tool_part
from chatapp.prompts.tools import TOOLS, Tool

FRAME = re.compile(r'<template data-frame="(block|append)"[^>]*data-block="(\d+)">(.*?)</template>')
RUN = uuid.uuid4()
Block = dict[str, Any]


@pytest.fixture(autouse=True)
def tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOOLS, "look", Tool("look", "Look it up", "d", {}, lambda *_: ""))


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def call(id: str, name: str = "look", **given: Any) -> Block:
    return {"type": "tool_use", "id": id, "name": name, "input": given}


def result(id: str, words: str, **more: Any) -> Block:
    return {"type": "tool_result", "tool_use_id": id, "content": words, **more}


def shown(*blocks: Block) -> list[Part]:
    return parts_of(Message(role="assistant", content=list(blocks)))


def html_of(parts: list[Part]) -> str:
    return "".join(render_to_string("generation/_part.html", {"part": part}) for part in parts)


def test_a_call_and_its_result_are_one_card() -> None:
    said, card, after = shown(
        text("One."), call("a", what="bees <b>", n=[1]), result("a", "buzz <i>"), text("Two.")
    )
    assert (said.kind, card.kind, after.kind) == ("text", "tool", "text")
    assert (card.label, card.is_error) == ("Look it up", False)
    assert card.given == "what: bees &lt;b&gt;<br>n: [1]"
    assert card.html == "buzz &lt;i&gt;"
    assert html_of([card]).startswith(
        '<details class="block block-tool"><summary><bdi>Look it up</bdi></summary>'
    )


def test_parallel_calls_are_cards_in_the_order_of_their_results() -> None:
    cards = shown(call("a", at=1), call("b", at=2), result("a", "one"), result("b", "two"))
    assert [(card.given, card.html) for card in cards] == [("at: 1", "one"), ("at: 2", "two")]


def test_what_failed_and_what_was_not_run_is_said() -> None:
    failed, lost = shown(
        call("a"), result("a", "Nobody is there.", is_error=True), call("b", "gone")
    )
    assert "<summary><bdi>Look it up</bdi>: failed</summary>" in html_of([failed])
    assert (lost.label, lost.is_error, lost.html) == ("gone", True, "It was not run.")


def test_a_seam_stands_before_the_first_card_after_it() -> None:
    message = Message(role="assistant", seams=[1])
    message.content = [text("Half."), call("a"), result("a", "found"), text("Rest.")]
    assert [part.seam for part in parts_of(message)] == [False, True, False]


def test_words_of_two_rounds_are_two_paragraphs() -> None:
    said = [text("Let me "), text("see."), call("a"), result("a", "hidden"), text("It is.")]
    assert plain_text(said) == "Let me see.\n\nIt is."
    assert plain_text(said[2:]) == "It is."
    assert plain_text([text("One "), text("word")]) == "One word"


def the_log() -> list[Piece]:
    """Words, two tools at once, and words again, as a runner gathers them."""
    answer = Answer(Run(pk=RUN))
    parts = ["Let me ", "see.\n\n```py\n1", "\n```"]
    for words in parts:
        answer._append(1, "text", words)
    said = [{"type": "thinking", "thinking": "", "signature": "s"}, text("".join(parts))]
    said += [call("a", what="\x00<script>"), call("b")]
    answer.stream = Stub(Said(content=said))  # type: ignore[assignment]
    answer.follow([result("a", "`one` </template>"), result("b", "two", is_error=True)])
    answer._append(0, "text", "So **it** is.")
    return answer.pieces()


class Stub:
    """A stream that has been read."""

    def __init__(self, message: Said) -> None:
        self.message = message


def test_the_next_round_counts_blocks_and_characters_on() -> None:
    pieces = the_log()
    assert [(piece.block, piece.kind) for piece in pieces] == [
        (1, "text"),
        (4, "tool"),
        (5, "tool"),
        (6, "text"),
    ]
    assert [piece.start for piece in pieces[1:]] == [
        sum(len(piece.text) for piece in pieces[:at]) for at in range(1, 4)
    ]


def test_the_log_gives_back_whole_sets_of_calls_and_results() -> None:
    kept = log.recovered(the_log()).content
    assert [block["type"] for block in kept] == [
        "text",
        *["tool_use"] * 2,
        *["tool_result"] * 2,
        "text",
    ]
    assert kept[1]["input"] == {"what": "\ufffd<script>"}
    assert [block["tool_use_id"] for block in kept[3:5]] == ["a", "b"]


ORDERS = {
    "all once": [0, 1, 2, 3],
    "all twice": [0, 0, 1, 1, 2, 2, 3, 3],
    "some lost": [0, 3],
    "reordered": [2, 1, 0, 3],
    "only the last": [3],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_live_cards_are_those_of_a_reload(order: list[int]) -> None:
    pieces = the_log()
    frames = asyncio.run(followed(pieces, [pieces[at] for at in order]))
    blocks: dict[str, str] = {}
    for kind, block, inner in FRAME.findall(frames.replace("\n", "\x01")):
        if kind == "block":
            blocks[block] = inner.replace(f' data-block="{block}"', "")
        else:
            blocks[block] = blocks[block].replace("<div data-tail>", inner + "<div data-tail>")
    live = "".join(blocks.values()).replace("<div data-tail></div>", "").replace("\x01", "\n")
    assert live == html_of(shown(*log.recovered(pieces).content))


async def followed(pieces: list[Piece], told: list[Piece]) -> str:
    """The frames of a page that hears `told`, and reads what it missed."""

    def read(run: uuid.UUID, offset: int) -> list[Piece]:
        return [piece for piece in pieces if piece.start >= offset]

    live, frames = LiveAnswer(RUN, read), ""
    cursor = Cursor(live, uuid.uuid4())
    for piece in told:
        news = [(piece.block, piece.kind, piece.text)]
        live.hear({"run": str(RUN), "state": "writing", "start": piece.start, "pieces": news})
        if live.is_behind:
            await live.catch_up()
        frames += cursor.frame()
    live.blocks[-1].answer.close()
    return frames + cursor.frame()


def test_the_card_of_a_tool_that_is_gone_bears_its_name() -> None:
    assert tool_part(call("a", "gone"), result("a", "x")).label == "gone"
