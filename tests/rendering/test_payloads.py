"""The hostile texts against every way in which a text becomes HTML."""

from collections import Counter

import pytest

from chatapp.rendering import OpenAnswer, render, render_plain
from tests.rendering.reading import complaints, resanitized, words
from tests.security.payloads import PAYLOADS, Payload

every_payload = pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.name)


@every_payload
def test_markdown_yields_nothing_but_what_is_on_the_list(payload: Payload) -> None:
    html = render(payload.text)
    assert complaints(html) == []
    assert resanitized(html) == html


@every_payload
def test_plain_text_yields_nothing_but_breaks_and_links(payload: Payload) -> None:
    html = render_plain(payload.text)
    assert complaints(html) == []
    assert resanitized(html) == html
    assert "<p" not in html
    assert "<code" not in html


@every_payload
@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_a_stream_ends_as_the_same_html_in_pieces_of_any_size(payload: Payload, size: int) -> None:
    answer = OpenAnswer()
    for start in range(0, len(payload.text), size):
        answer.feed(payload.text[start : start + size])
    answer.close()
    assert "".join(answer.frozen) == render(payload.text)


@every_payload
def test_a_stream_shows_nothing_unlisted_at_any_moment(payload: Payload) -> None:
    answer = OpenAnswer()
    step = max(3, len(payload.text) // 25)
    for start in range(0, len(payload.text), step):
        answer.feed(payload.text[start : start + step])
        assert complaints("".join(answer.frozen)) == []
        assert complaints(answer.tail()) == []


@every_payload
def test_payloads_do_not_escape_from_a_list_a_quote_or_a_cell(payload: Payload) -> None:
    line = payload.text.replace("\n", " ").replace("\r", " ")
    for around in ("- {}\n- b", "> {}", "| a |\n|---|\n| {} |", "**{}**", "[{}](https://a.b/)"):
        assert complaints(render(around.replace("{}", line))) == []


@pytest.mark.parametrize("kind", ["raw tags", "style", "page elements", "inert containers"])
def test_raw_html_is_shown_as_the_text_it_is(kind: str) -> None:
    texts = [payload.text for payload in PAYLOADS if payload.kind == kind]
    raw = [text for text in texts if text.startswith("<") and not {"&", "\n", "\\"} & set(text)]
    assert len(raw) > 5
    assert [words(render(text)) for text in raw] == [" ".join(text.split()) for text in raw]


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p.kind == "forging"], ids=str)
def test_no_text_brings_a_button_of_its_own(payload: Payload) -> None:
    assert "<button" not in render(payload.text)


def test_the_list_is_long_named_and_without_repetition() -> None:
    kinds = Counter(payload.kind for payload in PAYLOADS)
    assert len(PAYLOADS) == len({p.text for p in PAYLOADS}) == len({p.name for p in PAYLOADS})
    assert len(PAYLOADS) >= 220
    assert min(kinds.values()) >= 5
