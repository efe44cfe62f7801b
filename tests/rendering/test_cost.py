"""What an answer of 100 KB costs, counted in characters rendered and not in seconds.

The answer comes in pieces of four characters with a look at the tail every fifty pieces.
"""

import pytest

from chatapp.rendering import OpenAnswer, render, render_plain
from tests.rendering.corpus import ANSWER
from tests.rendering.reading import complaints

SIZE = 100_000
TEXTS = {
    "realistic": ANSWER * (SIZE // len(ANSWER)),
    "paragraph": "word " * (SIZE // 5),
    "lines": "a line of a poem\n" * (SIZE // 17),
    "list": "- an item of a list\n" * (SIZE // 20),
    "table": "| a | b |\n|---|---|\n" + "| one | two |\n" * (SIZE // 28),
    "indented": "    code\n" * (SIZE // 9),
    "blank": "\n" * SIZE,
}
# How often a character may be rendered: once when frozen, else in tails. The design's budget is
# 2 s for the whole answer, and 1000 characters cost about 0.2 ms.
BUDGET = {"realistic": 4, "table": 85}


def characters_rendered(text: str) -> int:
    answer = OpenAnswer()
    rendered = 0
    for number, start in enumerate(range(0, len(text), 4)):
        answer.feed(text[start : start + 4])
        if number % 50 == 0:
            rendered += answer.tail_cost
            answer.tail()
    return rendered + len(text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_long_answer_is_rendered_a_bounded_number_of_times(name: str) -> None:
    text = TEXTS[name]
    if name == "blank":
        assert render(text) == ""
    else:
        assert characters_rendered(text) < BUDGET.get(name, 25) * len(text)


def test_a_long_fence_costs_its_own_length() -> None:
    answer = OpenAnswer()
    answer.feed("```\n")
    sent = 0
    for _ in range(SIZE // 4):
        answer.feed("x = ")
        sent += len(answer.code_text_after(sent))
    assert sent == SIZE


HOSTILE = {
    "brackets": "[" * 20_000,
    "image brackets": "![" * 20_000,
    "links in links": "[a](" * 20_000,
    "quotes": ">" * 20_000,
    "spaced quotes": "> " * 20_000,
    "emphasis": "*a " * 20_000,
    "strong": "*" * 20_000 + "a" + "*" * 20_000,
    "deep list": "".join("  " * depth + "- a\n" for depth in range(300)),
    "deep quote": "".join(">" * depth + "a\n" for depth in range(300)),
    "backticks": "".join("`" * length + " " for length in range(600)),
    "wide table": "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n",
    "open tags": "<a " * 20_000,
    "comments": "<!--" * 20_000,
    "brackets of an address": "https://a.example/" + "(" * 9_000 + ")" * 19_000,
    "markers": "- 1. > " * 5_000,
    "dollars": "$" * 20_000,
    "dollars apart": "$a " * 10_000,
    "openings of formulas": "\\[\n" * 10_000,
    "lines of formulas": "$$\na\n" * 10_000,
    "a formula without end": "$$\n" + "a\n" * 15_000,
    "notes": "[^1]" * 10_000,
    "definitions of notes": "[^1]: a\n" * 5_000,
    "openings of notes": "[^" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_nesting_ends_as_shallow_html(name: str) -> None:
    for html in (render(HOSTILE[name]), render_plain(HOSTILE[name])):
        assert complaints(html) == []
        assert deepest(html) <= 140


def deepest(html: str) -> int:
    depth = most = 0
    for part in html.split("<")[1:]:
        if not part.startswith(("br", "hr")):
            depth += -1 if part.startswith("/") else 1
            most = max(most, depth)
    return most
