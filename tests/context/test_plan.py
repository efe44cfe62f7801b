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
from chatapp.context.plan import build, followed, limit_of, require_room
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import TooLarge
from chatapp.prompts.models import Version
from chatapp.prompts.tools import TOOLS, Tool

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


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Tool:
    made = Tool("look", "Look", "It looks. " * 200, {"type": "object"}, lambda *_: "")
    monkeypatch.setitem(TOOLS, "look", made)
    return made


def test_tools_are_named_and_weighed(look: Tool) -> None:
    path = [said("One"), answer()]
    with_it, without = (
        build(by("", tools=names), Cover(tail=path), path[-1].pk) for names in (["look"], [])
    )
    assert (with_it.request.tools, without.request.tools) == ([look.definition], None)
    assert with_it.tokens - without.tokens > 2_000 // 3
    assert with_it.request.system is None


def test_a_message_must_fit_beside_the_tools(look: Tool) -> None:
    directions = by(tools=["look"], marks={"app_cap": 20_000}, max_tokens=1_000)
    words = "x" * (3 * (limit_of(directions) - 1_000))
    require_room(by(marks={"app_cap": 20_000}, max_tokens=1_000), words)
    with pytest.raises(TooLarge):
        require_room(directions, words)


CALL = {"type": "tool_use", "id": "a", "name": "look", "input": {}, "caller": {"type": "direct"}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "x"}


def test_a_round_adds_to_the_request_and_changes_nothing_before(look: Tool) -> None:
    path = [said("One"), answer()]
    made = build(by(tools=["look"]), Cover(tail=path), path[-1].pk)
    thought = {"type": "thinking", "thinking": "", "signature": "s"}
    spoken = [thought, {"type": "text", "text": "See.", "citations": None}, text(" "), CALL]
    after = followed(made, path[-1].pk, spoken, [RESULT], is_last=False)
    assert after.request.messages == [
        *made.request.messages,
        {"role": "assistant", "content": [thought, spoken[1], CALL]},
        {"role": "user", "content": [RESULT]},
    ]
    assert (after.request.tools, after.request.tool_choice) == (made.request.tools, None)
    assert after.tokens > made.tokens


def test_in_the_last_round_no_tool_may_be_called(look: Tool) -> None:
    path = [said("One"), answer()]
    made = build(by(tools=["look"]), Cover(tail=path), path[-1].pk)
    last = followed(made, path[-1].pk, [CALL], [RESULT], is_last=True)
    assert last.request.tool_choice == {"type": "none"}
    huge = {**RESULT, "content": "x" * 400_000}
    with pytest.raises(TooLarge, match="What the tools said"):
        followed(made, path[-1].pk, [CALL], [huge], is_last=True)


def test_the_rounds_of_an_answer_are_turns_of_their_own_later() -> None:
    thought = {"type": "thinking", "thinking": "Hm", "signature": "s"}
    loop = answer(thought, text("See."), CALL, RESULT, text("Found."))
    request = request_for(said("One"), loop, said("Two"), answer())
    kinds = [[block["type"] for block in turn["content"]] for turn in request.messages]
    assert kinds == [["text"], ["text", "tool_use"], ["tool_result"], ["text"], ["text"]]


def test_a_call_that_was_never_answered_is_not_sent() -> None:
    request = request_for(said("One"), answer(text("See."), CALL), said("Two"), answer())
    assert "tool_use" not in json.dumps(request.messages)
