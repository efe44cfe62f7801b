"""Footnotes: where they stand, what belongs to them, and what is none."""

import pytest

from chatapp.rendering import OpenAnswer, render, split
from tests.rendering.reading import words

REFERENCE = '<sup><button type="button" class="note-ref" data-note="1">1</button></sup>'
NOTE = '<li class="note"><button type="button" class="note-back" data-note="1">1</button> '


def test_a_reference_becomes_a_button_and_its_note_an_item() -> None:
    html = render("So it is[^1].\n\n[^1]: *Really*.")
    assert f"So it is{REFERENCE}." in html
    assert f"{NOTE}<em>Really</em>.</li>" in html


def test_two_messages_with_the_same_notes_share_no_id() -> None:
    html = render("a[^1]\n\n[^1]: b")
    assert " id=" not in html
    assert "href" not in html


def test_a_note_may_stand_before_far_behind_or_nowhere() -> None:
    far = "a[^1]\n\n" + "words\n\n" * 20 + "[^1]: b"
    for text in ("[^1]: b\n\na[^1]", far, "a[^1]"):
        assert REFERENCE in render(text)


def test_what_is_indented_belongs_to_the_note() -> None:
    html = render("[^1]: One\n\n    more\n\n    ```\n    code\n    ```\n\nafter")
    inside, _, after = html.partition("</ul>")
    assert "<p>more</p>" in inside
    assert "code-block" in inside
    assert after.strip() == "<p>after</p>"


def test_notes_on_neighbouring_lines_are_two_and_end_a_paragraph() -> None:
    html = render("words\n[^1]: One\n[^long-name]: Two")
    assert html.startswith("<p>words</p>")
    assert html.count('<li class="note">') == 2
    assert 'data-note="long-name">long-name<' in html


@pytest.mark.parametrize(
    "text",
    [
        *("`[^1]`", "```\n[^1]\n```", "    [^1]: x", r"\[^1]", "$[^1]$", "[x[^1]](https://a.b/)"),
        *("[^a]", "[^a-z]", "[^,]", "[^12345]", "[^1](https://a.b/)", "https://a.b/[^1]"),
    ],
)
def test_what_only_looks_like_a_note_is_shown_as_written(text: str) -> None:
    html = render(text)
    assert "note-" not in html
    assert "\ufdd1" not in html
    assert "^" in words(html)


def test_an_address_keeps_what_looks_like_a_note() -> None:
    assert 'href="https://a.b/[^1]/c"' in render("https://a.b/[^1]/c")
    assert 'href="https://a.b/%5B%5E1%5D"' in render("[x](https://a.b/%5B%5E1%5D)")


def test_notes_are_one_segment_until_the_text_goes_on() -> None:
    notes = "[^1]: One\n\n    more\n\n[^2]: Two\n\n"
    assert [it.source for it in split(f"a\n\n{notes}b")] == ["a\n\n", notes, "b"]


def test_a_note_that_is_just_beginning_is_not_shown_as_a_reference() -> None:
    answer = OpenAnswer()
    answer.feed("[^1")
    assert answer.tail() == ""
    answer.feed("]")
    assert answer.tail() == ""
    answer.feed(": One")
    assert "note-back" in answer.tail()
