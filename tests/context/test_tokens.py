"""Estimates err on the side of too many."""

import base64
import json

import pytest

from chatapp.context import tokens


def png(width: int, height: int) -> dict[str, object]:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)
    data = base64.b64encode(head + bytes(40)).decode()
    return {"type": "image", "source": {"type": "base64", "data": data}}


@pytest.mark.parametrize(
    ("text", "estimate"), [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("漢字", 2), ("🙂", 2)]
)
def test_three_bytes_are_a_token(text: str, estimate: int) -> None:
    assert tokens.of_text(text) == estimate


def test_half_a_character_does_no_harm() -> None:
    assert tokens.of_text("\ud83d") == 1


@pytest.mark.parametrize(
    ("size", "estimate"), [((75, 10), 2), ((750, 750), 751), ((9_000, 9_000), 1_600)]
)
def test_an_image_counts_by_its_size(size: tuple[int, int], estimate: int) -> None:
    assert tokens.of_block(png(*size)) == estimate


@pytest.mark.parametrize("source", [{}, {"url": "x"}, {"data": "?"}, {"data": "AAAA"}])
def test_an_image_of_unknown_size_counts_as_the_largest(source: dict[str, str]) -> None:
    assert tokens.of_block({"type": "image", "source": source}) == tokens.LARGEST_IMAGE


def test_documents_count_by_text_or_by_length() -> None:
    text = {"type": "document", "source": {"type": "text", "data": "abc" * 50}}
    pdf = {"type": "document", "source": {"type": "base64", "data": "A" * 2_400}}
    parts = {"type": "document", "source": {"type": "content", "content": [png(75, 10)]}}
    assert [tokens.of_block(block) for block in (text, pdf, parts)] == [50, 101, 2]


def test_tool_calls_and_results_count_with_all_they_hold() -> None:
    call = {"type": "tool_use", "id": "a", "name": "b", "input": {"text": "x" * 300}}
    result = {"type": "tool_result", "tool_use_id": "a", "content": [png(750, 750)]}
    plain = {**result, "content": "y" * 300}
    assert tokens.of_block(call) == tokens.of_text(json.dumps(call))
    assert tokens.of_block(result) == tokens.TURN + 751
    assert tokens.of_blocks([plain, plain]) > 200
