"""The official package reads from the simulator what our client reads, and fails alike."""

from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import anthropic
import pytest
from anthropic import AsyncAnthropic

from chatapp.claude import ClaudeError, Client, Message, Request
from chatapp.claude.simulator import Simulator
from tests.claude.conftest import KEY, MODEL, ask

# What differs between two calls of the same request, whoever makes them.
VARYING = ("id", "_request_id")


@pytest.fixture
async def official(simulator: Simulator) -> AsyncIterator[AsyncAnthropic]:
    async with AsyncAnthropic(api_key=KEY, base_url=simulator.url, max_retries=0) as client:
        yield client


def plain(value: Any) -> Any:
    """Without absent fields, without ids that each call makes anew."""
    if isinstance(value, dict):
        return {
            name: plain(part)
            for name, part in value.items()
            if part is not None and name not in VARYING
        }
    return [plain(part) for part in value] if isinstance(value, list) else value


def as_theirs(message: Message) -> dict[str, Any]:
    fields = {
        "model": message.model,
        "content": message.content,
        "stop_reason": message.stop_reason,
        "stop_sequence": message.stop_sequence,
        "stop_details": message.stop_details,
        "usage": message.usage,
        **message.extra,
    }
    return dict(plain(fields))


async def ours(client: Client, request: Request) -> dict[str, Any]:
    async with client.stream(request) as stream:
        async for _ in stream:
            pass
    return as_theirs(stream.message)


async def theirs(official: AsyncAnthropic, request: Request) -> dict[str, Any]:
    async with official.messages.stream(**request.body(stream=False)) as stream:
        message = await stream.get_final_message()
    return dict(plain(message.to_dict()))


TOOL = {"name": "weather", "description": "d", "input_schema": {"type": "object"}}
A, B = ({**TOOL, "name": name} for name in "ab")
CALL = {"type": "tool_use", "id": "t1", "name": "weather", "input": {}}
FAILED = {"type": "tool_result", "tool_use_id": "t1", "content": "No such city.", "is_error": True}
ANSWERED = [
    {"role": "user", "content": "How is it? [[sim: tool weather {}]]"},
    {"role": "assistant", "content": [CALL]},
    {"role": "user", "content": [FAILED]},
]
DOCUMENT = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "Bees."},
    "title": "On bees",
    "citations": {"enabled": True},
}
PIXELS = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02"


def given(kind: str, media_type: str, data: bytes) -> dict[str, Any]:
    source = {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}
    return {"type": kind, "source": source}


FILES = [
    given("image", "image/png", PIXELS),
    {**given("document", "application/pdf", b"%PDF-1.4 /Type /Page"), "title": "a.pdf"},
    {key: value for key, value in DOCUMENT.items() if key != "citations"},
    {"type": "text", "text": "What is this?"},
]
CASES = {
    "text": ask("Tell me about bees"),
    "hostile text": ask("[[sim: hostile]]"),
    "unicode": ask('[[sim: text a\u2028b 👩‍👩‍👧 \x7f \\ " é]] [[sim: delta 1]]'),
    "empty thinking": ask("Hello?", model="claude-sonnet-5-5"),
    "shown thinking": ask("[[sim: thinking Let me see: é 👩]]"),
    "summarized thinking": ask("Hi", thinking={"type": "adaptive", "display": "summarized"}),
    "no thinking": ask("Hello?", model="claude-opus-4-8"),
    "tool": ask(
        '[[sim: tool weather {"city": "Zürich \\"x\\"", "n": [1, {"a": null}]}]]', tools=[TOOL]
    ),
    "two tools": ask('[[sim: tool a {"x": 1}]] [[sim: tool b {}]]', tools=[A, B]),
    "no more tools": ask("[[sim: tool-again a {}]]", tools=[A, B], tool_choice={"type": "none"}),
    "what a tool said": Request(MODEL, ANSWERED, 4000, tools=[TOOL]),
    "citations": Request(MODEL, [{"role": "user", "content": [DOCUMENT]}], 4000),
    "files": Request(MODEL, [{"role": "user", "content": FILES}], 4000),
    "unknown deltas": ask("[[sim: unknown-events]]"),
    "crlf": ask("[[sim: crlf]]"),
    "max_tokens": ask("Tell me about bees", max_tokens=20),
    "stop_sequence": ask("[[sim: text one two three]]", stop_sequences=["two"]),
    "refusal": ask("[[sim: refusal]]"),
    "refusal with text": ask("[[sim: stop refusal]]"),
    "pause_turn": ask("[[sim: stop pause_turn]]"),
    "window": ask("[[sim: stop model_context_window_exceeded]]"),
    "compaction": ask("[[sim: stop compaction]]"),
    "unheard-of stop": ask("[[sim: stop invented_tomorrow]]"),
}


@pytest.mark.parametrize("request_", CASES.values(), ids=CASES)
async def test_both_clients_read_the_same_stream(
    client: Client, official: AsyncAnthropic, request_: Request
) -> None:
    mine = await ours(client, request_)
    assert mine == await theirs(official, request_)
    assert mine["stop_reason"]


@pytest.mark.parametrize("request_", CASES.values(), ids=CASES)
async def test_both_clients_read_the_same_plain_answer(
    client: Client, official: AsyncAnthropic, request_: Request
) -> None:
    message = await official.messages.create(**request_.body(stream=False))
    assert as_theirs(await client.create(request_)) == plain(message.to_dict())


async def test_the_stop_reasons_are_all_there(client: Client) -> None:
    reasons = {(await ours(client, request))["stop_reason"] for request in CASES.values()}
    assert reasons >= {
        "end_turn",
        "max_tokens",
        "stop_sequence",
        "tool_use",
        "pause_turn",
        "refusal",
        "model_context_window_exceeded",
        "compaction",
    }


async def test_both_clients_see_the_same_raw_events(
    client: Client, official: AsyncAnthropic
) -> None:
    request = ask("[[sim: text Hello there]] [[sim: delta 3]]")
    stream = await official.messages.create(**request.body(stream=False), stream=True)
    names = [event.type async for event in stream]
    async with client.stream(request) as mine:
        kinds = [type(event).__name__ async for event in mine]
    assert names.count("content_block_delta") == sum(kind.endswith("Delta") for kind in kinds) - 1
    assert names[0] == "message_start"
    assert names[-1] == "message_stop"


STATUSES = {
    400: anthropic.BadRequestError,
    401: anthropic.AuthenticationError,
    403: anthropic.PermissionDeniedError,
    404: anthropic.NotFoundError,
    409: anthropic.ConflictError,
    429: anthropic.RateLimitError,
    500: anthropic.InternalServerError,
    402: anthropic.APIStatusError,
    408: anthropic.APIStatusError,
    413: anthropic.APIStatusError,
    503: anthropic.APIStatusError,
    504: anthropic.APIStatusError,
    529: anthropic.APIStatusError,
}


async def both_errors(
    client: Client, official: AsyncAnthropic, request: Request
) -> tuple[ClaudeError, anthropic.APIStatusError]:
    with pytest.raises(ClaudeError) as mine:
        await ours(client, request)
    with pytest.raises(anthropic.APIStatusError) as other:
        await theirs(official, request)
    return mine.value, other.value


@pytest.mark.parametrize("status", STATUSES)
async def test_both_clients_get_the_same_error_status(
    client: Client, official: AsyncAnthropic, simulator: Simulator, status: int
) -> None:
    mine, other = await both_errors(client, official, ask(f"[[sim: error {status}]]"))
    assert isinstance(other, STATUSES[status])
    assert mine.status == other.status_code == status
    assert mine.type == other.type
    assert other.request_id == simulator.sent[-1].request_id
    assert mine.request_id == simulator.sent[-2].request_id


@pytest.mark.parametrize("type", ["overloaded_error", "api_error", "rate_limit_error"])
async def test_both_clients_get_the_same_error_inside_a_stream(
    client: Client, official: AsyncAnthropic, type: str
) -> None:
    request = ask(f"[[sim: error-mid {type} after 5]]")
    mine, other = await both_errors(client, official, request)
    assert (mine.status, mine.type) == (other.status_code, other.type) == (200, type)


PREFILL = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": "x"}
BAD = {
    "an image with a title": {
        "messages": [{"role": "user", "content": [{**FILES[0], "title": "a.png"}]}]
    },
    "a page that is none": {
        "messages": [{"role": "user", "content": [given("document", "application/pdf", b"no")]}]
    },
    "prefill": {"messages": PREFILL},
    "unknown model": {"model": "claude-nine"},
    "result without its tool": {"messages": [{"role": "user", "content": [RESULT]}]},
    "empty text": {"messages": [{"role": "user", "content": ""}]},
    "thinking that cannot be turned off": {"thinking": {"type": "disabled"}},
    "thinking by budget": {"thinking": {"type": "enabled", "budget_tokens": 2000}},
    "too many tokens wanted": {"max_tokens": 10_000_000},
}


@pytest.mark.parametrize("fault", BAD.values(), ids=BAD)
async def test_both_clients_are_refused_the_same_requests(
    client: Client, official: AsyncAnthropic, fault: dict[str, Any]
) -> None:
    fields = {"model": MODEL, "max_tokens": 4000, "messages": ask("a").messages, **fault}
    mine, other = await both_errors(client, official, Request(**fields))
    assert (mine.status, mine.type) == (other.status_code, other.type)
    assert mine.args[0] == other.body["error"]["message"]  # type: ignore[index, call-overload]


async def test_both_clients_are_told_that_a_body_is_too_large(
    client: Client, official: AsyncAnthropic
) -> None:
    mine, other = await both_errors(client, official, ask("x" * (32 * 1024 * 1024)))
    assert (mine.status, mine.type) == (other.status_code, other.type)
    assert mine.type == "request_too_large"


async def test_both_clients_count_the_same_tokens(client: Client, official: AsyncAnthropic) -> None:
    request = ask("word " * 50, system="Be brief.", tools=[TOOL])
    body = request.counted_body()
    counted = await official.messages.count_tokens(**body)
    assert await client.count_tokens(request) == counted.input_tokens


async def test_both_clients_list_the_same_models(client: Client, official: AsyncAnthropic) -> None:
    models = [found.to_dict() async for found in official.models.list(limit=5)]
    mine = await client.models()
    assert [found["id"] for found in models] == [found["id"] for found in mine]
    found = await official.models.retrieve(MODEL)
    assert found.max_tokens == 128_000
    assert not found.capabilities.thinking.types.enabled.supported  # type: ignore[union-attr]
