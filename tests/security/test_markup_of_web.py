"""What the web says is hostile: titles, addresses, ages and quotes stay texts in every card."""

import re
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string

from chatapp.conversations.models import Message
from chatapp.generation.citations import Sources
from chatapp.generation.cursor import LiveBlock
from chatapp.generation.log import TOOL, Piece, packed, storable, storable_block
from chatapp.generation.parts import parts_of
from chatapp.rendering.citations import web_address
from tests.generation.test_tool_cards import RUN
from tests.security.payloads import PAYLOADS, Payload
from tests.security.test_markup import HARMLESS, Outline

Block = dict[str, Any]
GOOD = "https://a.example/"
EVERY = pytest.mark.parametrize("payload", PAYLOADS, ids=lambda it: it.name)


def answer(words: str, url: str) -> list[Block]:
    """A search and a page, cited, with those words wherever the web has a say."""
    found = {"type": "web_search_result", "title": words, "url": url, "page_age": words}
    page = {"url": url, "content": {"type": "document", "title": words}}
    cited = {"type": "web_search_result_location", "url": url, "title": words, "cited_text": words}
    place = {"type": "char_location", "document_title": words, "cited_text": words}
    return [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": words}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": [found]},
        {"type": "server_tool_use", "id": "f", "name": "web_fetch", "input": {"url": url}},
        {"type": "web_fetch_tool_result", "tool_use_id": "f", "content": page},
        {"type": "server_tool_use", "id": "e", "name": words, "input": {"query": words}},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "e",
            "content": {"type": "e", "error_code": words},
        },
        {"type": "text", "text": "So.", "citations": [cited, place]},
    ]


def page_of(blocks: list[Block]) -> str:
    # As it is stored: Postgres keeps neither NUL nor half a pair.
    parts = parts_of(Message(role="assistant", content=storable_block(blocks)))
    return "".join(render_to_string("generation/_part.html", {"part": part}) for part in parts)


def links(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', html)]


def tags(html: str, words: str) -> list[str]:
    """All but those of what was asked for: long words stand below, addresses are links there."""
    return [tag for tag, _ in Outline(html, words).shape if tag.strip("/") not in ("a", "br", "p")]


@EVERY
def test_words_of_the_web_change_no_tag(payload: Payload) -> None:
    words = storable(payload.text)
    hostile = page_of(answer(words, GOOD))
    assert tags(hostile, words) == tags(page_of(answer(HARMLESS, GOOD)), HARMLESS)


@EVERY
def test_an_address_of_the_web_is_linked_only_if_it_is_one(payload: Payload) -> None:
    html = page_of(answer(HARMLESS, payload.text))
    assert all(web_address(link) == link for link in links(html))
    assert "<script" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)


@EVERY
def test_a_card_that_is_still_at_work_shows_words_alone(payload: Payload) -> None:
    call, result = storable_block(answer(payload.text, payload.text)[:2])
    for said in (None, result):
        block = LiveBlock(Piece(RUN, 0, 0, TOOL, ""), Sources())
        block.take(Piece(RUN, 0, 0, TOOL, packed(call, said)))
        html = block.opened()
        assert "<script" not in html
        assert not re.search(r"<[^>]*\son\w+=", html)
        assert all(web_address(link) == link for link in links(html))
