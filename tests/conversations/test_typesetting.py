"""From rendered Markdown to a page: nothing lost, nothing run, nothing endless."""

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from chatapp.conversations.exporting import pdf
from chatapp.conversations.exporting.elements import MAX_DEPTH, Element, elements_of
from chatapp.errors import Unusable
from chatapp.rendering import render
from tests.security.payloads import PAYLOADS


def elements(text: str) -> list[Any]:
    return elements_of(render(text))


def texts(nodes: Any) -> str:
    """Every word of a tree."""
    if isinstance(nodes, str):
        return nodes
    if isinstance(nodes, list):
        return "".join(map(texts, nodes))
    return texts(nodes.get("c") or nodes.get("rows") or nodes.get("text") or "")


def kinds(nodes: list[Any]) -> list[str]:
    return [node["t"] for node in nodes if isinstance(node, dict)]


def depth(node: Any) -> int:
    return 1 + max(map(depth, node["c"]), default=0) if isinstance(node, dict) else 0


def a_message(*bodies: list[str | Element]) -> Element:
    parts = [
        {"kind": "text", "label": "", "given": "", "body": body, "numbers": []} for body in bodies
    ]
    return {"role": "assistant", "who": "Claude", "at": "today", "parts": parts, "sources": []}


def as_told(*messages: Element, words: str = "T") -> bytes:
    told = {"title": words, "note": words, "foot": words, "messages": messages}
    return json.dumps(told).encode("utf-8", "replace")


def set_as_pdf(*bodies: list[str | Element]) -> str:
    """The words of the pages."""
    made = pdf.typeset(as_told(a_message(*bodies)))
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def test_blocks_come_in_their_order() -> None:
    found = elements("# A\n\nb\n\n- c\n\n1. d\n\n> e\n\n---\n\n```\nf\n```\n\n| g |\n|---|\n| h |")
    assert kinds(found) == ["h1", "p", "ul", "ol", "blockquote", "hr", "pre", "table"]
    assert texts(found) == "Abcdefgh"


def test_spaces_between_words_stay_and_between_blocks_go() -> None:
    (paragraph,) = elements("a *b* `c` [d](https://example.com) e")
    assert texts(paragraph) == "a b c d e"
    (items,) = elements("- a\n- b\n")
    assert kinds(items["c"]) == ["li", "li"]
    assert len(items["c"]) == 2


def test_a_code_block_has_its_language_and_no_button() -> None:
    assert elements("```python\nx = 1\n\ny\n```") == [
        {"t": "pre", "text": "x = 1\n\ny", "lang": "python"}
    ]


def test_very_long_code_is_not_coloured() -> None:
    (code,) = elements("```python\n" + "x = 1\n" * 3_000 + "```")
    assert code["lang"] == ""


def test_a_table_has_rows_of_equal_length_and_sides() -> None:
    (table,) = elements("| a | b |\n|:-:|--:|\n| 1 |\n| 2 | 3 |")
    assert table["columns"] == 2
    assert [len(row) for row in table["rows"]] == [2, 2, 2]
    assert [cell.get("align") for cell in table["rows"][0]] == ["center", "right"]


def test_links_keep_their_address_and_lists_their_start() -> None:
    paragraph, numbered = elements("[a](https://example.com/?b=c&d)\n\n7. seven")
    assert paragraph["c"][0]["url"] == "https://example.com/?b=c&d"
    assert numbered["start"] == "7"


DEEP = ["> " * 40 + "deep", "".join("  " * n + "- x\n" for n in range(40))]


@pytest.mark.parametrize("text", DEEP)
def test_what_is_deep_is_set_flat_and_whole(text: str) -> None:
    found = elements(text)
    assert max(map(depth, found)) <= MAX_DEPTH + 1
    assert [texts(found).count(word) for word in ("deep", "x")] == [
        text.count(word) for word in ("deep", "x")
    ]


def test_no_payload_is_lost_or_breaks_the_typesetter() -> None:
    """All of them on the pages of one file; one that was code would end it."""
    bodies = [elements_of(render(payload.text)) for payload in PAYLOADS]
    made = pdf.typeset(as_told(a_message(*bodies)))
    # What fonts make of some of them is more than the reader of tests takes: pages are enough.
    assert len(PdfReader(io.BytesIO(made)).pages) > len(PAYLOADS) // 60


CODE = [
    '#panic("no")',
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.4"',
    "#{while true {}}",
    "$ x^2 $",
    "= Heading",
    "@reference <label>",
    "\\u{41}",
    '"]); panic("no")',
    "`raw` *bold* _em_",
]


def test_no_text_is_code_to_the_typesetter() -> None:
    said = "".join(set_as_pdf(*[[text] for text in CODE]).split())
    for text in CODE:
        assert "".join(text.split()) in said


def test_code_in_a_title_or_source_is_text_too() -> None:
    message = a_message(["x"])
    message["who"] = message["at"] = '#panic("no")'
    message["sources"] = [{"number": 1, "title": "#panic()", "url": "https://example.com/#(1)"}]
    made = pdf.typeset(as_told(message, words="#panic()"))
    assert PdfReader(io.BytesIO(made)).pages[0].extract_text().count("#panic") >= 5


def test_what_takes_too_long_or_breaks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unusable):
        pdf.typeset(b"no json")
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(Unusable):
        pdf.typeset(b"{}")
