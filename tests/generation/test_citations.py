"""Sources of an answer: numbered once each, and marked where Markdown bears it."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from chatapp.conversations.models import Message
from chatapp.generation.citations import Flow, Sources, joined, told
from chatapp.generation.parts import Part, markdown_of, parts_of, text_html
from chatapp.rendering.citations import marks

Block = dict[str, Any]
A = {"type": "web_search_result_location", "url": "https://a.example/", "title": "Bees"}
B = {"type": "web_search_result_location", "url": "https://b.example/", "title": "Wasps"}
ONE, TWO = marks([1]), marks([2])


def text(words: str, *citations: Block) -> Block:
    return {"type": "text", "text": words, "citations": list(citations) or None}


def shown(*blocks: Block, seams: list[int] | None = None) -> list[Part]:
    return parts_of(Message(role="assistant", content=list(blocks), seams=seams or []))


def test_blocks_of_a_sentence_are_one_paragraph() -> None:
    said, sources = shown(text("Bees "), text("fly", A), text(" **far"), text("**.", B))
    assert said.html.count("<p>") == 1
    assert "<strong>far</strong>" in said.html
    assert [source.number for source in sources.sources] == [1, 2]


def test_the_same_source_twice_is_one_number() -> None:
    assert joined([text("x", A), text("y", B), text("z", A)], Sources()) == (f"x{ONE}y{TWO}z{ONE}")
    assert joined([text("x", B, A, B)], Sources()) == f"x{marks([1, 2])}"


def test_documents_are_told_apart_by_their_place() -> None:
    sources = Sources()
    first = {"type": "char_location", "document_index": 0, "document_title": "Plan"}
    numbers = sources.numbers([first, {**first, "document_index": 1}, first])
    assert numbers == [1, 2]
    assert [source.url for source in sources.found.values()] == ["", ""]


@pytest.mark.parametrize(
    ("blocks", "whole"),
    [
        (["One.\n\n", "Two"], f"One.{ONE}\n\nTwo"),
        (["One ", "two"], f"One{ONE} two"),
        (["| a | b |\n|---|---|\n| c | d |\n", "| e |"], None),
        (["```\ncode\n```\n", "after"], "```\ncode\n```\nafter"),
        (["Title\n===\n", "after"], "Title\n===\nafter"),
        (["---\n", "after"], "---\nafter"),
        (["> ```", "py"], "> ```py"),
        ([" \n", "after"], " \nafter"),
    ],
)
def test_a_mark_stands_behind_words_and_breaks_nothing(
    blocks: list[str], whole: str | None
) -> None:
    cited = [text(blocks[0], A), text(blocks[1])]
    expected = f"| a | b |\n|---|---|\n| c | d{ONE} |\n| e |" if whole is None else whole
    assert joined(cited, Sources()) == expected


def test_a_long_line_is_prose_whatever_it_begins_with() -> None:
    assert joined([text("~~~ " + "x" * 300, A)], Sources()).endswith(ONE)


WORDS = "Bees fly.\n\n| a | b |\n|---|---|\n| c | d |\n\n```py\nx = 1\n```\n\nAnd more \n"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_text_in_pieces_flows_as_the_whole(size: int) -> None:
    sources, flow, out = Sources(), Flow(Sources()), ""
    for words, citations in [(WORDS, [A]), (WORDS, []), ("end", [B])]:
        for at in range(0, len(words), size):
            out += flow.text(words[at : at + size])
        out += flow.cite(citations)
    blocks = [text(WORDS, A), text(WORDS), text("end", B)]
    assert out + flow.end() == joined(blocks, sources)


def test_a_text_cannot_forge_a_mark() -> None:
    assert "<sup" not in text_html([text(f"Bees{ONE}")], Sources())


def test_a_seam_begins_a_text_of_its_own_and_numbers_go_on() -> None:
    first, second, sources = shown(text("x", A), text("y", B), seams=[1])
    assert (first.seam, second.seam) == (False, True)
    assert "[1]" in first.html
    assert "[2]" in second.html
    assert len(sources.sources) == 2


def test_quotes_are_few_short_and_told_once() -> None:
    long = [{**A, "cited_text": f"{at} " + "x" * 500} for at in (1, 1, 2, 3, 4)]
    source = shown(text("x", *long))[-1].sources[0]
    assert [quote[0] for quote in source.quotes] == ["1", "2", "3"]
    assert max(map(len, source.quotes)) == 300


def test_the_list_says_title_host_and_quote() -> None:
    part = shown(text("x", {**A, "cited_text": "Bees  fly\nfar."}))[-1]
    html = render_to_string("generation/_part.html", {"part": part})
    assert '<a href="https://a.example/" target="_blank" rel="noopener' in html
    assert "<bdi>Bees</bdi>" in html
    assert "<bdi>a.example</bdi>" in html
    assert "<bdi>Bees fly far.</bdi>" in html


def test_what_is_copied_has_its_sources_as_footnotes() -> None:
    message = Message(role="assistant", text="Bees fly. Wasps, too.")
    message.content = [text("Bees fly", A), text(". "), text("Wasps", B), text(", too.")]
    assert markdown_of(message) == (
        "Bees fly[^1]. Wasps[^2], too.\n\n"
        "[^1]: Bees <https://a.example/>\n[^2]: Wasps <https://b.example/>"
    )


def test_without_sources_the_text_is_copied_as_it_is() -> None:
    message = Message(role="assistant", text="Plain.", content=[text("Plain.")])
    assert markdown_of(message) == "Plain."


def test_a_title_cannot_become_markup_of_a_footnote() -> None:
    message = Message(role="assistant", text="x")
    message.content = [text("x", {**A, "title": "[a](b)\n\n# c"})]
    assert markdown_of(message).endswith("[^1]: \\[a\\](b) # c <https://a.example/>")


def test_the_log_keeps_of_a_source_what_is_shown() -> None:
    sealed = {**A, "encrypted_index": "secret", "cited_text": "x"}
    assert told([sealed]) == [{**A, "cited_text": "x"}]


def test_what_is_masked_is_masked_across_blocks_and_in_sources() -> None:
    def mask(words: str) -> str:
        return words.replace("secret", "***")

    cut = [text("my sec", A), text("ret is")]
    assert text_html(cut, Sources(), mask) == "<p>my *** is</p>\n"
    part = parts_of(
        Message(role="assistant", content=[text("x", {**A, "title": "A secret"})]), mask
    )[-1]
    assert part.sources[0].title == "A ***"
