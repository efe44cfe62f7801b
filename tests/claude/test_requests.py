"""What goes over the wire."""

import json
from typing import Any

import pytest

from chatapp.claude import Client, Config, InvalidRequest, Message, NotAStream, NotFound, Request
from chatapp.claude.simulator import Simulator
from tests.claude.canned import Canned
from tests.claude.conftest import KEY, MODEL, ask

JSON = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"


def answering(body: str) -> Canned:
    return Canned((JSON % (len(body), body)).encode())


def test_only_given_fields_are_sent() -> None:
    assert ask("Hello?").body(stream=False) == {
        "model": MODEL,
        "max_tokens": 8000,
        "messages": [{"role": "user", "content": "Hello?"}],
    }


def test_all_given_fields_are_sent() -> None:
    fields: dict[str, Any] = {
        "system": [{"type": "text", "text": "s"}],
        "thinking": {"type": "adaptive"},
        "tools": [{"name": "t", "input_schema": {}}],
        "tool_choice": {"type": "auto"},
        "output_config": {"effort": "low"},
        "stop_sequences": ["x"],
        "cache_control": {"type": "ephemeral"},
        "metadata": {"user_id": "u"},
    }
    body = ask("Hello?", **fields, extra={"speed": "fast"}).body(stream=True)
    assert {name: body[name] for name in fields} == fields
    assert (body["speed"], body["stream"]) == ("fast", True)


async def test_the_body_arrives_as_it_was_given(client: Client, simulator: Simulator) -> None:
    request = ask("é 👩 \u2028 [[sim: text x]]", system="Be brief.")
    await client.create(request)
    assert simulator.sent[0].body == request.body(stream=False)


async def test_half_characters_in_a_question_do_no_harm(
    client: Client, simulator: Simulator
) -> None:
    await client.create(ask("a\ud83d b"))
    assert simulator.sent[0].body["messages"][0]["content"] == "a? b"


async def test_betas_go_into_their_header() -> None:
    async with answering("{}") as server, Client(Config(KEY, server.url)) as client:
        await client.create(ask("Hello?", betas=("a-1", "b-2")))
    assert b"anthropic-beta: a-1,b-2" in server.requests[0].lower()


async def test_the_path_of_a_gateway_is_kept() -> None:
    async with answering("{}") as server, Client(Config(KEY, f"{server.url}/claude/")) as client:
        await client.create(ask("Hello?"))
    assert server.requests[0].startswith(b"POST /claude/v1/messages HTTP/1.1")


@pytest.mark.parametrize("url", ["", "api.example.com", "ftp://example.com", "/v1"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with http"):
        Config(KEY, url)


async def test_redirects_are_not_followed() -> None:
    moved = b"HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
    async with Canned(moved) as server, Client(Config(KEY, server.url)) as client:
        with pytest.raises(NotAStream) as caught:
            await client.create(ask("Hello?"))
    assert (caught.value.status, len(server.requests)) == (302, 1)


async def test_proxies_of_the_environment_are_not_used(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert isinstance(await client.create(ask("Hello?")), Message)


async def test_a_plain_answer_is_a_whole_message(client: Client, simulator: Simulator) -> None:
    message = await client.create(ask("[[sim: text Hello]]"))
    sent = simulator.sent[0]
    assert (message.text, message.stop_reason) == ("Hello", "end_turn")
    assert (message.id, message.request_id) == (sent.message_id, sent.request_id)
    assert message.usage["output_tokens"] > 0


async def test_plain_and_streamed_answers_are_the_same(client: Client) -> None:
    plain = await client.create(ask("Tell me about bees"))
    async with client.stream(ask("Tell me about bees")) as stream:
        async for _ in stream:
            pass
    streamed = stream.message
    assert plain.content == streamed.content
    assert plain.usage == streamed.usage


async def test_tokens_are_counted_without_what_counting_refuses(client: Client) -> None:
    count = await client.count_tokens(ask("word " * 100, metadata={"user_id": "u"}))
    assert 100 < count < 200


async def test_all_pages_of_models_are_read(client: Client) -> None:
    models = await client.models()
    assert [found["id"] for found in models][:2] == ["claude-fable-5-2", "claude-opus-5-5"]
    assert models[0]["max_input_tokens"] == 1_000_000


async def test_a_list_that_repeats_itself_does_not_go_on_for_ever() -> None:
    page = json.dumps({"data": [{"id": "a"}], "has_more": True, "last_id": "a"})
    async with answering(page) as server, Client(Config(KEY, server.url)) as client:
        assert await client.models() == [{"id": "a"}, {"id": "a"}]
    assert b"after_id=a" in server.requests[1]


@pytest.mark.parametrize("body", ["", "[1]", "<html>", "{"])
async def test_a_plain_answer_that_is_no_object_is_told(body: str) -> None:
    async with answering(body) as server, Client(Config(KEY, server.url)) as client:
        with pytest.raises(NotAStream):
            await client.create(ask("Hello?"))


async def test_a_count_without_a_number_is_told() -> None:
    async with answering("{}") as server, Client(Config(KEY, server.url)) as client:
        with pytest.raises(NotAStream):
            await client.count_tokens(ask("Hello?"))


async def test_an_unknown_model_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        await client.create(ask("Hello?", model="claude-nine"))


async def test_a_prefill_is_refused_as_the_api_does(client: Client) -> None:
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    with pytest.raises(InvalidRequest, match="prefill"):
        await client.create(Request(MODEL, turns, 100))
