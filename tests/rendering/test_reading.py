"""The judge of the other tests is itself held against what it must find."""

import pytest

from tests.rendering.reading import complaints


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>x</p>",
        "<p class=y>x</p>",
        "<a href='javascript:x'>x</a>",
        "<a href='/x'>x</a>",
        "<img src=x>",
        "<p><em>x</p></em>",
        "<p>x",
        "<!-- x -->",
        "<p hx-get='/x'>x</p>",
        '<button type="button" class="note-ref" data-note="1">1</button>',
        '<sup><button type="button" class="note-ref" data-note="1">2</button></sup>',
        '<span data-math-style="inline"><em>x</em></span>',
        '<span data-math-style="block">x</span>',
        '<div class="code-block">x</div>',
        '<span class="tok-k">x</span>',
    ],
)
def test_the_reader_complains_of_what_is_not_allowed(html: str) -> None:
    assert complaints(html)
