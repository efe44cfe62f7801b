"""Searches of the web as they come over the wire: what we keep, and what is refused."""

from typing import Any

import pytest
from anthropic import AsyncAnthropic

from chatapp.claude import ClaudeError, Client, Message, Request
from chatapp.claude.simulator import Simulator
from chatapp.prompts.servertools import SERVER_TOOLS, definitions
from tests.claude.conftest import ask
from tests.claude.test_judge import official, ours, theirs

__all__ = ["official"]
SEARCH = "[[sim: search bees]]"
TOOLS = definitions(SERVER_TOOLS, SERVER_TOOLS, {})


async def answered(client: Client, text: str, **more: Any) -> Message:
    async with client.stream(ask(text, tools=TOOLS, **more)) as stream:
        async for _ in stream:
            pass
    return stream.message


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.content]


def without_ids(value: Any) -> Any:
    """Each call of the server gets an id of its own."""
    if isinstance(value, dict):
        return {k: without_ids(v) for k, v in value.items() if k not in ("id", "tool_use_id")}
    return [without_ids(one) for one in value] if isinstance(value, list) else value


async def test_a_search_comes_with_its_result_and_with_sources(client: Client) -> None:
    message = await answered(client, SEARCH)
    assert kinds(message)[:3] == ["thinking", "server_tool_use", "web_search_tool_result"]
    assert message.content[1]["input"] == {"query": "bees"}
    assert all(one["encrypted_content"] for one in message.content[2]["content"])
    cited = [block["citations"] for block in message.content if block.get("citations")]
    assert [len(citations) for citations in cited] == [1, 2]
    assert message.usage["server_tool_use"]["web_search_requests"] == 1


@pytest.mark.parametrize("words", [SEARCH, "[[sim: fetch https://a.example/b]]"])
async def test_the_official_package_reads_the_same(
    client: Client, official: AsyncAnthropic, words: str
) -> None:
    request = ask(words, tools=TOOLS, thinking={"type": "adaptive", "display": "summarized"})
    assert without_ids(await ours(client, request)) == without_ids(await theirs(official, request))


async def test_nothing_is_searched_for_without_the_tool(client: Client) -> None:
    async with client.stream(ask(f"{SEARCH} the latest news")) as stream:
        async for _ in stream:
            pass
    assert "server_tool_use" not in kinds(stream.message)


async def test_an_error_of_a_search_is_a_result(client: Client) -> None:
    message = await answered(client, f"{SEARCH} [[sim: search-error max_uses_exceeded]]")
    assert message.content[2]["content"]["error_code"] == "max_uses_exceeded"
    assert not any(block.get("citations") for block in message.content)


async def test_a_pause_is_gone_on_from_with_what_was_said(client: Client) -> None:
    first = await answered(client, f"{SEARCH} [[sim: pause]]")
    assert (first.stop_reason, first.text) == ("pause_turn", "")
    request = ask(f"{SEARCH} [[sim: pause]]", tools=TOOLS)
    turn = {"role": "assistant", "content": first.content}
    second = await client.create(
        Request(**{**fields(request), "messages": [*request.messages, turn]})
    )
    assert second.stop_reason == "end_turn"
    assert "server_tool_use" not in kinds(second)
    assert any(block.get("citations") for block in second.content)


def fields(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__slots__}


@pytest.mark.parametrize(
    ("tool", "fault"),
    [
        ({"type": "web_search_2026", "name": "web_search"}, "type"),
        ({"type": "web_search_20260318", "name": "search"}, "name"),
        ({**TOOLS[0], "max_uses": 0}, "max_uses"),
        ({**TOOLS[0], "allowed_domains": ["a.b"], "blocked_domains": ["c.d"]}, "only one"),
    ],
)
async def test_a_definition_that_the_api_does_not_know_is_refused(
    client: Client, tool: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ClaudeError, match=fault):
        await client.create(ask("Hello", tools=[tool]))


async def test_a_search_that_lost_what_only_the_api_reads_is_refused(client: Client) -> None:
    first = await answered(client, SEARCH)
    first.content[2]["content"][0].pop("encrypted_content")
    turns = [{"role": "assistant", "content": first.content}, {"role": "user", "content": "And?"}]
    request = ask(SEARCH, tools=TOOLS)
    with pytest.raises(ClaudeError, match="encrypted_content"):
        await client.create(Request(**{**fields(request), "messages": [*request.messages, *turns]}))


async def test_tokens_are_counted_without_tools_that_counting_refuses(
    client: Client, simulator: Simulator
) -> None:
    own = {"name": "look", "description": "d", "input_schema": {"type": "object"}}
    choice = {"type": "none"}
    assert await client.count_tokens(ask("Hello", tools=[own, *TOOLS], tool_choice=choice)) > 0
    assert await client.count_tokens(ask("Hello", tools=TOOLS, tool_choice=choice)) > 0
    counted = [record.body for record in simulator.sent]
    assert [body.get("tools") for body in counted] == [[own], None]
    assert [body.get("tool_choice") for body in counted] == [choice, None]


async def test_what_shall_go_wrong_does_so_behind_the_sources(client: Client) -> None:
    async with client.stream(ask(f"{SEARCH} [[sim: cut after 2]]", tools=TOOLS)) as stream:
        with pytest.raises(ClaudeError):
            await anext(batch async for batch in stream.batches() if not batch)
    assert sum(bool(block.get("citations")) for block in stream.message.content) == 2


async def test_hidden_thinking_comes_as_it_is(client: Client) -> None:
    message = await answered(client, "[[sim: redacted]] Hello")
    assert kinds(message) == ["thinking", "redacted_thinking", "text"]
    assert message.content[1]["data"]
