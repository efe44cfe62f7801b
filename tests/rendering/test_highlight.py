"""The colouring of code."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.rendering import highlight as highlighting
from chatapp.rendering.highlight import BLOCK_LIMIT, LINE_LIMIT, highlight
from tests.rendering.reading import words

LANGUAGES = sorted(highlighting._LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_on_the_list_has_a_lexer_that_keeps_the_text(language: str) -> None:
    code = "\n\n<a b='c'> # x\n\tfoo(1, \"two\");  // &amp;\n\n"
    html = highlight(language, code)
    assert words(html) == " ".join(code.split())
    assert unescape(html).count("\n") == code.count("\n")


@given(st.sampled_from(LANGUAGES), st.text("ab1 \n\t(){}<>'\"/*#$&=\\`é", max_size=60))
def test_no_code_of_any_language_loses_a_character(language: str, code: str) -> None:
    assert _text(highlight(language, code)) == code


def test_a_language_in_capitals_is_the_same_language() -> None:
    assert highlight("Python", "def f") == highlight("python", "def f") != "def f"


def test_an_unknown_language_is_shown_plain() -> None:
    assert highlight("brainfuck", "<+>") == "&lt;+&gt;"


@pytest.mark.parametrize(
    "code",
    [
        "x;\n" * (BLOCK_LIMIT // 3 + 1),
        "x;" * LINE_LIMIT,
        "\n" * 500,
        "word " * 100 + ";",
    ],
    ids=["long", "wide", "blank", "words"],
)
def test_what_could_keep_a_lexer_busy_is_shown_plain(code: str) -> None:
    assert "tok-" in highlight("java", "int x;\n")
    assert "tok-" not in highlight("java", f"int x;\n{code}")


def _text(html: str) -> str:
    return unescape("".join(part.rpartition(">")[2] for part in html.split("<")))
