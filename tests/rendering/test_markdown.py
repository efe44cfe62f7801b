"""What Markdown becomes."""

import pytest
from django.utils.safestring import SafeString

from chatapp.rendering import render
from tests.rendering.reading import words

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'


def test_the_result_is_safe_for_a_template() -> None:
    assert isinstance(render("x"), SafeString)
    assert render("") == ""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A *b*", "<h1>A <em>b</em></h1>\n"),
        ("a\nb", "<p>a\nb</p>\n"),
        ("~~a~~", "<p><del>a</del></p>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("- [x] a", '<ul>\n<li class="task">\u2611 a</li>\n</ul>\n'),
        ("a\xa0b & c", "<p>a&nbsp;b &amp; c</p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("[a](https://b.c/)", f'<p><a href="https://b.c/" {LINK}>a</a></p>\n'),
        ("me@b.org", f'<p><a href="mailto:me@b.org" {LINK}>me@b.org</a></p>\n'),
        ("[a](/b) [c](javascript:d)", "<p>a c</p>\n"),
        ("![a](https://b.c/d)", f'<p><a href="https://b.c/d" {LINK}>a (b.c)</a></p>\n'),
        ("![](https://b.c/d)", f'<p><a href="https://b.c/d" {LINK}>image (b.c)</a></p>\n'),
        ("![a](/b)", "<p>a</p>\n"),
    ],
)
def test_markdown_becomes_the_html_it_means(text: str, html: str) -> None:
    assert render(text) == html


def test_an_image_in_a_link_leaves_one_link() -> None:
    html = render("[![a](https://b.c/d)](https://e.f/)")
    assert html == f'<p><a href="https://e.f/" {LINK}>a (b.c)</a></p>\n'


def test_words_that_claim_another_host_are_followed_by_the_true_one() -> None:
    assert words(render("[www.bank.com](https://evil.example/x)")) == "www.bank.com (evil.example)"
    assert words(render("[bank.com](https://bank.com@evil.example/)")) == "bank.com (evil.example)"
    assert words(render("[Node.js](https://nodejs.org/)")) == "Node.js"
    assert words(render("[www.b.com](https://www.b.com/x)")) == "www.b.com"


def test_reference_links_are_shown_as_written() -> None:
    text = "[a][1] and [1]\n\n[1]: https://b.c/ 'd'"
    assert words(render(text)) == "[a][1] and [1] [1]: https://b.c/ 'd'"
    assert words(render("> [1]: https://b.c/\n>\n> [1]")) == "[1]: https://b.c/ [1]"


def test_a_table_scrolls_in_a_region_that_the_keyboard_reaches() -> None:
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |")
    start = '<div class="table-scroll" tabindex="0" role="region" aria-label="Table"><table>'
    assert html.startswith(start)
    assert '<td align="right">2</td>' in html


def test_code_has_a_header_with_its_language() -> None:
    assert render("```sh extra\nls <a>\n```\n").startswith(
        '<div class="code-block"><div class="code-header"><span class="code-language">sh</span>'
        "</div><pre"
    )
    assert '<span class="code-language">text</span>' in render("    x")


@pytest.mark.parametrize("text", ["```py\nx=1 # <\n```", "- ```py\n  x=1 # <\n  ```"])
def test_code_is_framed_and_coloured_at_any_depth(text: str) -> None:
    html = render(text)
    assert html.count('"code-header"') == html.count('"code-block"') == 1
    assert 'x=<span class="tok-m">1</span> <span class="tok-c"># &lt;</span>' in html


def test_markdown_after_raw_html_is_still_markdown() -> None:
    html = render("<details>\n<summary>x</summary>\n\n```\ncode\n```\n</details>\n\n**b**")
    assert html.count("code-block") == 1
    assert "<strong>b</strong>" in html
    assert words(html).startswith("<details> <summary>x</summary>")


def test_an_open_task_and_a_done_one_lose_their_bullets() -> None:
    html = render("- [ ] a\n\n- [x] b\n- c")
    assert html.count('<li class="task">') == 2
    assert [html.count(box) for box in "\u2610\u2611"] == [1, 1]
