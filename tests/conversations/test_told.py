"""What is made of single values of a foreign file."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chatapp.conversations.importing import chatgpt, claude, ours
from chatapp.conversations.importing.told import (
    TEXT_LIMIT,
    ToldMessage,
    Unreadable,
    in_order,
    key_of,
    time_of,
    with_times,
    words,
)
from tests.conversations import made_exports

AT = datetime(2025, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "given",
    [AT.timestamp(), AT.isoformat(), "2025-05-01T10:00:00Z",
     "2025-05-01T12:00:00+02:00", "2025-05-01T10:00:00"],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(given: object) -> None:
    assert time_of(given) == AT


@pytest.mark.parametrize("given", [None, "", "soon", True, [], {}, -1e18, float("nan"), 0, "0001"])
def test_what_is_no_time_is_none(given: object) -> None:
    assert time_of(given) is None


def test_a_time_that_lies_ahead_becomes_now() -> None:
    before = timezone.now()
    found = time_of(before.timestamp() + 10_000_000)
    assert found
    assert before <= found <= timezone.now()


def test_a_text_is_cut_and_says_so() -> None:
    found = words("x" * (TEXT_LIMIT + 5))
    assert found.endswith("[5 more characters are left out]")
    assert words("x" * 300, 200) == "x" * 200


@pytest.mark.parametrize("given", [None, 1, [], {}, True])
def test_what_is_no_text_is_empty(given: object) -> None:
    assert words(given) == ""


@pytest.mark.parametrize("given", [None, "", 7, "x" * 201])
def test_what_has_no_key_is_unreadable(given: object) -> None:
    with pytest.raises(Unreadable):
        key_of(given)


def message(key: str, parent: str | None) -> ToldMessage:
    return ToldMessage(key, parent, "user", key)


def order(*pairs: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(it.key, it.parent) for it in in_order(message(*pair) for pair in pairs)]


def test_parents_come_before_their_children() -> None:
    assert order(("c", "b"), ("b", "a"), ("a", None)) == [("a", None), ("b", "a"), ("c", "b")]


def test_a_missing_parent_makes_a_root() -> None:
    assert order(("a", "gone")) == [("a", None)]


def test_a_loop_is_cut_open_where_it_is_met() -> None:
    assert order(("a", "b"), ("b", "a"), ("c", "b")) == [("a", None), ("b", "a"), ("c", "b")]


def test_of_two_with_one_key_the_first_stays() -> None:
    first, second = message("a", None), message("a", None)
    assert in_order([first, second])[0] is first


def test_siblings_keep_their_order() -> None:
    assert [key for key, _ in order(("a", None), ("b", "a"), ("c", "a"))] == ["a", "b", "c"]


def test_messages_without_times_keep_their_order() -> None:
    told = [message("a", None), message("b", "a")]
    with_times(told, AT)
    assert [it.at for it in told] == [AT + timedelta(milliseconds=n) for n in (1, 2)]


def parts_of(content: dict[str, Any]) -> str:
    mapping = {"a": made_exports.node("a", None, made_exports.said("user", content=content))}
    told = chatgpt.read({"id": "1", "mapping": mapping})
    return told.messages[0].text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"content_type": "code", "text": "x = 1"}, "```\nx = 1\n```"),
        ({"content_type": "execution_output", "text": "done"}, "done"),
        ({"parts": ["a", {"content_type": "audio_transcription", "text": "b"}]}, "a\n\nb"),
        ({"parts": [{"content_type": "audio_asset_pointer"}]}, "[audio: ?]"),
        ({"parts": [None, 1, "c"]}, "c"),
    ],
)
def test_every_kind_of_content_becomes_words(content: dict[str, Any], text: str) -> None:
    assert parts_of(content) == text


def test_reasoning_is_not_what_was_said() -> None:
    with pytest.raises(Unreadable):
        parts_of({"content_type": "thoughts", "text": "I think"})


def test_two_answers_to_one_question_stay_two() -> None:
    told = chatgpt.read(made_exports.chatgpt())
    answers = [it for it in told.messages if it.parent == "q1"]
    assert [it.text for it in answers] == ["An earlier answer", "Let me look.\n\nHere it is."]
    assert told.current == "a2"


def test_branches_of_claude_are_kept() -> None:
    rows = [
        {"uuid": "1", "sender": "human", "text": "a", "parent_message_uuid": claude.NOBODY},
        {"uuid": "2", "sender": "assistant", "text": "b", "parent_message_uuid": "1"},
        {"uuid": "3", "sender": "assistant", "text": "c", "parent_message_uuid": "1"},
    ]
    told = claude.read({**made_exports.claude(messages=rows), "current_leaf_message_uuid": "2"})
    assert [it.parent for it in told.messages] == [None, "1", "1"]
    assert told.current == "2"


def test_numbers_that_no_database_takes_are_none() -> None:
    block = {"type": "tool_use", "id": "1", "name": "n", "input": {"a": float("inf"), "b": [1.5]}}
    row = {"id": "1", "role": "assistant", "text": "", "content": [block]}
    told = ours.read({"id": "1", "messages": [row]})
    assert told.messages[0].content[0]["input"] == {"a": None, "b": [1.5]}


@pytest.mark.parametrize("status", ["pending", "unheard of", None, 7])
def test_what_was_still_written_was_interrupted(status: object) -> None:
    row = {"id": "1", "role": "assistant", "text": "x", "status": status}
    assert ours.read({"id": "1", "messages": [row]}).messages[0].status == "interrupted"
