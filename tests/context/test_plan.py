"""What Claude is sent: every rule about what may stand in a request."""

import json
import uuid
from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.context.cover import Cover
from chatapp.context.directions import Directions, directions_by
from chatapp.context.pieces import GO_ON
from chatapp.context.plan import build
from chatapp.conversations.models import Conversation, Message
from chatapp.prompts.models import Version

pytestmark = pytest.mark.django_db  # prices may stand there


def by(body: str = "Be kind.", model: str = "claude-sonnet-5-5", **fields: Any) -> Directions:
    return directions_by(Version(body=body, **fields), Conversation(model=model))


def said(text: str) -> Message:
    return Message(role="user", content=[{"type": "text", "text": text}], text=text)


def answer(*blocks: dict[str, Any], seams: list[int] | None = None, **fields: Any) -> Message:
    return Message(role="assistant", content=list(blocks), seams=seams or [], **fields)


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def request_for(*path: Message, model: str = "claude-sonnet-5-5") -> Request:
    """The request for the last message of the path."""
    return build(by(model=model), Cover(tail=path), path[-1].pk).request


def spoken(request: Request) -> list[tuple[str, list[str]]]:
    return [(turn["role"], [b["text"] for b in turn["content"]]) for turn in request.messages]


def test_the_path_is_sent_in_order_with_the_system_prompt() -> None:
    request = request_for(said("One"), answer(text("Two")), said("Three"), answer())
    assert request.system == "Be kind."
    assert spoken(request) == [("user", ["One"]), ("assistant", ["Two"]), ("user", ["Three"])]


def test_a_cut_answer_is_continued_by_an_instruction_not_a_prefill() -> None:
    request = request_for(said("One"), answer(text("Half")))
    assert spoken(request) == [("user", ["One"]), ("assistant", ["Half"]), ("user", [GO_ON])]


def test_a_continued_answer_is_told_as_it_happened() -> None:
    whole = answer(text("Half"), text(" more"), text(" end"), seams=[1, 2])
    request = request_for(said("One"), whole, said("Next"), answer())
    roles = [role for role, _ in spoken(request)]
    assert roles == ["user", "assistant", "user", "assistant", "user", "assistant", "user"]
    assert [words for _, words in spoken(request)][2] == [GO_ON]


@pytest.mark.parametrize(
    "left_out",
    [
        {"type": "thinking", "thinking": "hm", "signature": "abc"},
        {"type": "thinking", "thinking": "hm", "signature": ""},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "something_new", "value": 1},
        text(" \n"),
    ],
)
def test_blocks_that_could_be_refused_are_left_out(left_out: dict[str, Any]) -> None:
    request = request_for(said("One"), answer(left_out, text("Two")), said("Three"), answer())
    assert spoken(request)[1] == ("assistant", ["Two"])


def test_citations_are_not_sent_back() -> None:
    cited = {**text("Two"), "citations": [{"type": "char_location"}]}
    request = request_for(said("One"), answer(cited), said("Three"), answer())
    assert request.messages[1]["content"] == [text("Two")]


@pytest.mark.parametrize(
    "empty", [answer(), answer(text("I will not"), stop_reason="refusal", status="done")]
)
def test_an_answer_of_nothing_or_a_refusal_is_dropped(empty: Message) -> None:
    request = request_for(said("One"), empty, said("Two"), answer())
    assert spoken(request) == [("user", ["One", "Two"])]


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("claude-sonnet-5-5", True),
        ("claude-opus-4-8", True),
        ("claude-haiku-4-5", False),
        ("a-model-of-tomorrow", False),
    ],
)
def test_thinking_is_asked_for_where_the_model_has_it(model: str, thinks: bool) -> None:
    request = request_for(said("One"), answer(), model=model)
    assert (request.thinking is not None) == thinks
    assert "temperature" not in request.body(stream=True)


def test_each_request_extends_the_one_before_it_byte_for_byte(ada: User) -> None:
    path: list[Message] = []
    before = ""
    for turn in range(40):
        path += [said(f"Question {turn}"), answer()]
        turns = json.dumps(request_for(*path).messages)[:-1]
        assert turns.startswith(before)
        before = turns
        path[-1] = answer(text(f"Answer {turn}"))


def test_an_answer_is_never_longer_than_the_model_can() -> None:
    assert request_for(said("One"), answer()).max_tokens == 16_000


def test_breakpoints_of_the_cache_stand_only_where_they_can_work() -> None:
    short = request_for(said("One"), answer())
    assert (short.system, short.cache_control) == ("Be kind.", None)
    long = request_for(said("x" * 1_600), answer())
    assert (long.system, long.cache_control) == ("Be kind.", {"type": "ephemeral"})


def test_a_long_system_prompt_has_a_breakpoint_of_its_own() -> None:
    body = "Be kind. " * 200
    system = build(by(body), Cover(tail=[said("One"), answer()]), uuid.uuid4()).request.system
    block = {"type": "text", "text": body, "cache_control": {"type": "ephemeral"}}
    assert system == [block]


def test_calls_and_results_inside_one_answer_are_told_apart() -> None:
    call = {"type": "tool_use", "id": "a", "name": "look", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "a", "content": "found"}
    turns = request_for(said("One"), answer(call, result, text("So.")), said("Two"), answer())
    contents = [turn["content"] for turn in turns.messages]
    assert contents[1:4] == [[call], [result], [text("So.")]]


def test_a_call_that_nobody_answered_is_not_sent() -> None:
    call = {"type": "tool_use", "id": "a", "name": "look", "input": {}}
    request = request_for(said("One"), answer(text("Wait."), call), said("Two"), answer())
    assert request.messages[1]["content"] == [text("Wait.")]
