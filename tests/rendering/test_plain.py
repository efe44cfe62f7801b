"""What a person typed, shown as typed."""

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from chatapp.rendering import render_plain
from chatapp.rendering.sanitize import usable
from tests.rendering.reading import complaints, words

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> & *c*", "a &lt;b&gt; &amp; *c*"),
        ("a\nb\r\nc\rd", "a<br>b<br>c<br>d"),
        ("# no heading", "# no heading"),
        ("see https://a.b/c.", f'see <a href="https://a.b/c" {LINK}>https://a.b/c</a>.'),
        ("(https://a.b/c_(d))", f'(<a href="https://a.b/c_(d)" {LINK}>https://a.b/c_(d)</a>)'),
        ("http:// x", "http:// x"),
        ("javascript:x", "javascript:x"),
    ],
)
def test_plain_text_keeps_its_words_and_lines(text: str, html: str) -> None:
    assert render_plain(text) == html


def test_the_result_is_safe_for_a_template() -> None:
    assert isinstance(render_plain("x"), SafeString)


@given(st.text(max_size=200))
def test_any_text_is_harmless_and_readable(text: str) -> None:
    html = render_plain(text)
    assert complaints(html) == []
    assert words(html).replace(" ", "") == "".join(usable(text).split())
