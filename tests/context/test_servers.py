"""Searches of the web in later requests: whole or not at all, and only where they are offered."""

from typing import Any

import pytest

from chatapp.claude import Request, model
from chatapp.context import tokens
from chatapp.context.cover import Cover
from chatapp.context.directions import directions_by, effort_of
from chatapp.context.plan import build, followed
from chatapp.context.summarize import _line
from chatapp.context.thinking import thinking_of
from chatapp.conversations.models import Conversation, Message
from chatapp.prompts.models import Version
from chatapp.prompts.servertools import SERVER_TOOLS
from tests.context.test_plan import answer, by, said, text

pytestmark = pytest.mark.django_db
Block = dict[str, Any]
WEB = ["web_search", "web_fetch"]
SEALED = {"type": "web_search_result", "title": "A", "url": "https://a.b", "encrypted_content": "x"}
CITED: Block = {"type": "web_search_result_location", "url": "https://a.b", "encrypted_index": "i"}


def call(id: str = "s", name: str = "web_search") -> Block:
    return {"type": "server_tool_use", "id": id, "name": name, "input": {"query": "bees"}}


def result(*found: Block, id: str = "s") -> Block:
    return {"type": "web_search_tool_result", "tool_use_id": id, "content": list(found)}


def wishing(model: str = "claude-sonnet-5-5", version: Version | None = None, **wishes: Any) -> Any:
    version = version or Version(body="Be kind.", tools=WEB)
    return directions_by(version, Conversation(model=model, **wishes))


def sent_back(*blocks: Block, web: list[str] = WEB) -> list[Block]:
    """What of an answer goes into the next request."""
    path = [said("One"), answer(*blocks), said("And?"), answer()]
    request = build(wishing(web=web), Cover(tail=path), path[-1].pk).request
    return [b for turn in request.messages if turn["role"] == "assistant" for b in turn["content"]]


def test_a_search_goes_back_as_it_came() -> None:
    blocks = [call(), result(SEALED), text("So.") | {"citations": [CITED]}]
    assert sent_back(*blocks) == blocks


@pytest.mark.parametrize(
    "blocks",
    [
        [call()],
        [result(SEALED)],
        [call(), result({**SEALED, "encrypted_content": "x"}, {"type": "web_search_result"})],
        [call(), result(SEALED, id="other")],
        [{"type": "server_tool_use", "id": "c", "name": "code_execution", "input": {}}],
    ],
    ids=["no result", "no call", "cut", "of another", "unknown"],
)
def test_what_is_not_whole_stays_out(blocks: list[Block]) -> None:
    assert sent_back(*blocks, text("So.")) == [text("So.")]


def test_an_error_goes_back_with_its_call() -> None:
    error = result() | {"content": {"type": "e", "error_code": "unavailable"}}
    assert sent_back(call(), error, text("So.")) == [call(), error, text("So.")]


def test_a_page_goes_back_only_with_its_words() -> None:
    page = {"type": "web_fetch_tool_result", "tool_use_id": "s"}
    whole = page | {"content": {"url": "https://a.b", "content": {"type": "document"}}}
    bare = page | {"content": {"url": "https://a.b", "title": "A"}}
    assert sent_back(call(name="web_fetch"), whole, text("So."))[1] == whole
    assert sent_back(call(name="web_fetch"), bare, text("So.")) == [text("So.")]


def test_without_the_tool_searches_and_their_marks_stay_out() -> None:
    blocks = [call(), result(SEALED), text("So.") | {"citations": [CITED]}]
    assert sent_back(*blocks, web=[]) == [text("So.")]


def test_citations_of_documents_are_not_sent_back() -> None:
    cited = text("So.") | {"citations": [{"type": "char_location", "document_index": 0}]}
    assert sent_back(cited) == [text("So.")]


def test_hidden_thinking_without_its_data_stays_out() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "look", "input": {}}
    told = {"type": "tool_result", "tool_use_id": "t", "content": "x"}
    path = [said("One"), answer({"type": "redacted_thinking"}, text("See."), tool, told)]
    request = build(wishing(), Cover(tail=path), path[-1].pk).request
    assert request.messages[1]["content"] == [text("See."), tool]


def test_after_a_pause_only_what_was_said_is_added() -> None:
    made = build(wishing(web=WEB), Cover(tail=[said("One"), answer()]), answer().pk)
    more = followed(made, answer().pk, [call(), result(SEALED)], [], is_last=True)
    assert [turn["role"] for turn in more.request.messages] == ["user", "assistant"]
    assert more.request.tool_choice is None
    assert [part["at"] for part in more.parts][-2:] == [0, 1]


def names_in(request: Request) -> list[str]:
    return [tool["name"] for tool in request.tools or ()]


@pytest.mark.parametrize(
    ("allowed", "wanted", "offered"),
    [(WEB, [], []), ([], WEB, []), (WEB, ["web_fetch"], ["web_fetch"]), (WEB, WEB, WEB)],
)
def test_only_what_is_allowed_and_turned_on_is_offered(
    allowed: list[str], wanted: list[str], offered: list[str]
) -> None:
    path = [said("One"), answer()]
    directions = wishing(version=Version(body="x", tools=allowed), web=wanted)
    request = build(directions, Cover(tail=path), path[-1].pk).request
    assert names_in(request) == offered


def test_the_rules_of_a_version_stand_in_the_definition() -> None:
    rules = {"max_uses": 2, "allowed_domains": ["a.example"]}
    tools = wishing(version=Version(body="x", tools=WEB, web=rules), web=WEB).tools
    assert [(tool["max_uses"], tool["allowed_domains"]) for tool in tools] == [
        (2, ["a.example"])
    ] * 2
    assert [tool["type"] for tool in tools] == [tool.type for tool in SERVER_TOOLS.values()]
    assert all(tool["allowed_callers"] == ["direct"] for tool in tools)


@pytest.mark.parametrize(
    ("name", "wanted", "sent"),
    [
        ("claude-sonnet-5-5", None, {"type": "adaptive", "display": "summarized"}),
        ("claude-sonnet-5-5", False, {"type": "between_tools"}),
        ("claude-haiku-5-5", False, {"type": "disabled"}),
        ("claude-opus-5-5", False, {"type": "adaptive", "display": "summarized"}),
        ("claude-opus-4-8", None, {"type": "adaptive", "display": "summarized"}),
        ("claude-opus-4-8", False, None),
        ("claude-haiku-4-5", None, None),
        ("claude-haiku-4-5", True, {"type": "enabled", "budget_tokens": 8000}),
        ("claude-nobody-knows", True, None),
    ],
)
def test_thinking_is_asked_for_as_each_model_takes_it(
    name: str, wanted: bool | None, sent: Block | None
) -> None:
    assert thinking_of(model(name), wanted, 16_000) == sent


def test_a_short_answer_leaves_no_room_for_a_budget() -> None:
    assert thinking_of(model("claude-haiku-4-5"), True, 1_500) is None


@pytest.mark.parametrize(
    ("version", "wishes", "effort"),
    [
        ("", {"effort": "low"}, "low"),
        ("high", {"effort": "low"}, "high"),
        ("", {"effort": "max"}, "max"),
        ("", {"effort": "max", "thinks": False}, "high"),
        ("", {"effort": "low", "model": "claude-opus-4-8"}, ""),
        ("", {}, ""),
    ],
)
def test_the_versions_effort_wins_over_the_persons(
    version: str, wishes: dict[str, Any], effort: str
) -> None:
    chat = Conversation(**{"model": "claude-sonnet-5-5", **wishes})
    assert effort_of(Version(effort=version), chat, model(chat.model)) == effort


def test_wishes_reach_the_request() -> None:
    path = [said("One"), answer()]
    request = build(wishing(effort="low", thinks=False), Cover(tail=path), path[-1].pk).request
    assert request.output_config == {"effort": "low"}
    assert request.thinking == {"type": "between_tools"}
    assert build(by(), Cover(tail=path), path[-1].pk).request.output_config is None


def test_what_is_encrypted_weighs_less_than_its_letters() -> None:
    sealed = result({**SEALED, "encrypted_content": "x" * 4_000})
    assert 1_000 < tokens.of_block(sealed) < 1_100
    page = {"type": "web_fetch_tool_result", "tool_use_id": "s", "content": {"url": "https://a.b"}}
    source = {"type": "text", "media_type": "text/plain", "data": "x" * 3_000}
    page["content"]["content"] = {"type": "document", "source": source}  # type: ignore[index]
    assert 1_000 <= tokens.of_block(page) < 1_100


def test_notes_say_what_was_searched_for() -> None:
    assert _line(call()) == "[web_search: bees]"
    assert _line(result(SEALED)) == ""


def test_an_answer_keeps_its_shape_in_the_database(db: None) -> None:
    assert Message(role="assistant").thinking_ms == {}
