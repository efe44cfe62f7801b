"""Numbers of sources in rendered text: where they stand, and that none is forged."""

import pytest

from chatapp.rendering import OpenAnswer, render
from chatapp.rendering.citations import (
    Note,
    marks,
    no_notes,
    put_notes,
    web_address,
    without_marks,
)

NOTES = {n: Note(f"https://{n}.example/", f"Source {n}") for n in (1, 2, 12)}
ONE = marks([1])


def shown(text: str, notes: dict[int, Note] = NOTES) -> str:
    return put_notes(notes, render(text))


def link(number: int) -> str:
    return (
        f'<sup class="cite"><a href="https://{number}.example/" title="Source {number}"'
        f' aria-label="Source {number}" target="_blank"'
        f' rel="noopener noreferrer nofollow">[{number}]</a></sup>'
    )


def test_a_mark_becomes_a_link_without_the_blank_before_it() -> None:
    assert shown(f"Bees{ONE}, and") == f"<p>Bees{link(1)}, and</p>\n"
    assert shown(f"Bees{marks([1, 12])}") == f"<p>Bees{link(1)}{link(12)}</p>\n"


def test_a_blank_of_the_text_stays_a_blank() -> None:
    assert shown(f"Bees{ONE} are") == f"<p>Bees{link(1)} are</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"**Big.**{ONE}**Small**", f"<strong>Big.</strong>{link(1)}<strong>Small</strong>"),
        (f"**Big{ONE}**", f"<strong>Big{link(1)}</strong>"),
        (f"`one{ONE}two` three", f"<code>onetwo</code>{link(1)} three"),
    ],
)
def test_a_mark_changes_nothing_of_the_markdown(text: str, html: str) -> None:
    assert shown(text) == f"<p>{html}</p>\n"


def test_in_a_link_it_waits_for_its_end() -> None:
    html = shown(f"[words{ONE}more](https://a.example/)")
    assert html.index("</a>") < html.index("<sup")
    assert html.count("<a ") == html.count("</a>") == 2


def test_an_address_before_it_ends_where_it_ended() -> None:
    assert 'href="https://a.example/x"' in shown(f"See https://a.example/x{ONE}")


def test_in_code_it_waits_and_leaves_nothing_behind() -> None:
    html = shown(f"```py\none = {ONE}1\n```\n")
    assert html.index("</code></pre>") < html.index("<sup")
    assert not any("\ufdd1" <= letter <= "\ufddb" for letter in html)


def test_a_text_cannot_bring_a_mark_along() -> None:
    assert without_marks(f"a{ONE}b") == "a \ufffd\ufffdb"
    assert "<sup" not in shown(without_marks(f"a{ONE}b"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "mailto:a@b.c",
        'https://a.example/"onclick=',
        "https://a.example/<script>",
        "//a.example/",
        "https://[",
        "",
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str) -> None:
    assert web_address(url) == ""
    html = shown(f"Bees{ONE}", {1: Note(url, "A")})
    assert html == '<p>Bees<sup class="cite" title="A">[1]</sup></p>\n'


def test_a_hostile_title_stays_in_its_attribute() -> None:
    html = shown(f"Bees{ONE}", {1: Note("https://a.example/?a=1&b=", '"><script>alert(1)')})
    assert "<script" not in html
    assert 'title="&quot;&gt;&lt;script&gt;alert(1)"' in html
    assert 'href="https://a.example/?a=1&amp;b=' in html


def test_a_number_that_nobody_knows_is_no_link() -> None:
    assert "<a" not in shown(f"Bees{marks([7])}")


def test_code_that_is_being_written_shows_none() -> None:
    answer = OpenAnswer()
    answer.feed(f"```\none{ONE}")
    assert no_notes(answer.code_text_after(0)) == "one"


def test_text_without_marks_is_passed_on_as_it_is() -> None:
    html = render("Plain")
    assert put_notes(NOTES, html) == html == no_notes(html)
