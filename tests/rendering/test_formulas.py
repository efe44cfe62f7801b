"""Formulas: TeX in a span, whatever Markdown would have made of it."""

import pytest

from chatapp.rendering import OpenAnswer, render
from tests.rendering.reading import words


def inline(tex: str) -> str:
    return f'<span data-math-style="inline">{tex}</span>'


def display(tex: str) -> str:
    return f'<span data-math-style="display">{tex}</span>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("$a_1*b*c$", inline("a_1*b*c")),
        (r"\(a < b\)", inline("a &lt; b")),
        ("$$x^2$$", display("x^2")),
        (r"\[x\\y\]", display(r"x\\y")),
        ("$$\na\n+ b\n- c\n$$", display("a + b - c ")),
        ("\\[\n1. x\n> y\n\\]", display("1. x &gt; y ")),
        ("$$\na % why\n$$", display("\na % why\n")),
    ],
)
def test_a_formula_is_a_span_with_its_tex(text: str, html: str) -> None:
    assert render(text) == f"<p>{html}</p>\n"


def test_formulas_stand_in_lists_tables_and_headings() -> None:
    html = render("# $a$\n\n- $b$\n\n  $$\n  c\n  $$\n\n| x |\n|---|\n| $d$ |")
    assert [html.count(inline(tex)) for tex in "abd"] == [1, 1, 1]
    assert display("  c ") in html


@pytest.mark.parametrize("text", ["$5 and $6", "US$5", r"\$a\$", "5$ or 6 $", "`$a$`", "a $ b $"])
def test_money_and_code_are_no_formulas(text: str) -> None:
    assert "data-math-style" not in render(text)
    assert words(render(text)).count("$") == text.count("$")


def test_a_fence_of_math_is_a_formula_once_it_is_closed() -> None:
    answer = OpenAnswer()
    answer.feed("```math\nx < y\n")
    assert "<code>x &lt; y\n</code>" in answer.tail()
    answer.feed("```\n")
    assert answer.frozen == [f"<p>{display('x &lt; y' + chr(10))}</p>\n"]


def test_an_open_formula_is_plain_until_it_is_closed() -> None:
    answer = OpenAnswer()
    answer.feed("So\n$$\n\\frac{a}{b} \\\\\n- c")
    assert words(answer.tail()) == r"So $$\frac{a}{b} \\- c"
    assert "<li>" not in answer.tail()
    answer.feed("\n$$")
    assert display(r"\frac{a}{b} \\ - c ") in answer.tail()


def test_a_stray_sign_spoils_one_paragraph_alone() -> None:
    assert render("$$\nnever closed\n\n**bold**").endswith("<p><strong>bold</strong></p>\n")
