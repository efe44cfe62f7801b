"""A whole stream through the client: events, ends, faults."""

import asyncio
from collections.abc import Callable

import pytest

from chatapp.claude import (
    BlockStart,
    Client,
    Config,
    ConnectionFailed,
    DeadlineExceeded,
    MessageStart,
    MessageStop,
    NotAStream,
    Overloaded,
    Request,
    ServerError,
    Silence,
    StreamCut,
    TextDelta,
)
from chatapp.claude.simulator import Simulator
from tests.claude.canned import STREAM, Canned
from tests.claude.conftest import KEY, ask

AWKWARD = 'a\u2028b\u0085c\x0b 👩‍👩‍👧‍👦 é 大 \u202e \\ " {} \x7f\n\n\tdata: x'


async def text_of(client: Client, request: Request) -> str:
    parts = []
    async with client.stream(request) as stream:
        async for event in stream:
            parts.append(event.text if isinstance(event, TextDelta) else "")
    assert stream.message.text == "".join(parts)
    return "".join(parts)


async def text_before(client: Client, request: Request, error: type[Exception]) -> str:
    """All text of a stream that ends with that error."""
    parts: list[str] = []

    async def read() -> None:
        async with client.stream(request) as stream:
            async for batch in stream.batches():
                parts.extend(event.text for event in batch if isinstance(event, TextDelta))

    with pytest.raises(error):
        await read()
    return "".join(parts)


def single(server: Canned) -> Client:
    """A client that tries once."""
    return Client(Config(KEY, server.url, max_retries=0))


@pytest.mark.parametrize("how", ["delta 1", "delta 3", "crlf", "unknown-events", "delta 1000"])
async def test_text_arrives_exactly_as_it_was_sent(
    client: Client, simulator: Simulator, how: str
) -> None:
    simulator.script = f"[[sim: text {AWKWARD}]] [[sim: {how}]]"
    assert await text_of(client, ask("Hello?")) == AWKWARD == simulator.sent[0].written


async def test_a_long_answer_arrives_whole(client: Client, simulator: Simulator) -> None:
    text = await text_of(client, ask("[[sim: giant 300000]]", max_tokens=100_000))
    assert len(text) == 300_000
    assert text == simulator.sent[0].written


async def test_the_first_batch_begins_the_message_and_the_last_ends_it(client: Client) -> None:
    async with client.stream(ask("[[sim: text Hello]]")) as stream:
        events = [event async for batch in stream.batches() for event in batch]
    assert isinstance(events[0], MessageStart)
    assert any(isinstance(event, BlockStart) for event in events)
    assert isinstance(events[-1], MessageStop)
    assert stream.complete


async def test_batches_and_single_events_tell_the_same(client: Client) -> None:
    async with client.stream(ask("[[sim: text Hello there]]")) as stream:
        batches = [event async for batch in stream.batches() for event in batch]
    async with client.stream(ask("[[sim: text Hello there]]")) as stream:
        singles = [event async for event in stream]
    assert batches[1:] == singles[1:]


async def test_the_request_id_is_known_from_the_beginning(
    client: Client, simulator: Simulator
) -> None:
    async with client.stream(ask("Hello?")) as stream:
        assert stream.request_id == simulator.sent[0].request_id == stream.message.request_id


async def test_a_complete_stream_gives_its_connection_back(
    client: Client, simulator: Simulator
) -> None:
    for _ in range(5):
        await text_of(client, ask("Hello?"))
    assert client.connections_in_use == 0
    assert simulator.connections == 1


async def test_rate_limits_of_the_last_answer_are_kept(client: Client) -> None:
    assert client.rate_limits == {}
    await text_of(client, ask("Hello?"))
    assert client.rate_limits["requests-limit"] == "1000"
    assert "input-tokens-reset" in client.rate_limits


async def test_a_cut_connection_is_told_after_its_text(
    client: Client, simulator: Simulator
) -> None:
    text = await text_before(client, ask("[[sim: cut after 30]] Bees?"), StreamCut)
    assert text == simulator.sent[0].written != ""
    assert client.connections_in_use == 0


async def test_a_stream_without_its_stop_is_a_cut_one(client: Client, simulator: Simulator) -> None:
    text = await text_before(client, ask("[[sim: no-stop]] Bees?"), StreamCut)
    assert text == simulator.sent[0].text


async def test_an_error_inside_the_stream_comes_after_its_text(
    client: Client, simulator: Simulator
) -> None:
    question = ask("[[sim: error-mid overloaded_error after 20]] Bees?")
    assert await text_before(client, question, Overloaded) == simulator.sent[0].written != ""
    assert len(simulator.sent) == 1


async def test_an_error_of_unknown_type_inside_the_stream_is_the_servers(client: Client) -> None:
    request = ask("[[sim: error-mid invented_error after 2]] Bees?")
    with pytest.raises(ServerError) as caught:
        await text_of(client, request)
    assert (caught.value.type, caught.value.status) == ("invented_error", 200)


async def test_silence_in_the_middle_is_told_after_its_text(
    connect: Callable[..., Client], simulator: Simulator
) -> None:
    client = connect(read_timeout=0.2)
    question = ask("[[sim: stall after 5 for 30]] Bees?")
    assert await text_before(client, question, Silence) == simulator.sent[0].written != ""


async def test_silence_before_the_answer_is_told_and_not_repeated(
    connect: Callable[..., Client], simulator: Simulator
) -> None:
    with pytest.raises(Silence):
        await text_of(connect(read_timeout=0.2), ask("[[sim: slow-start 30]]"))
    assert len(simulator.sent) == 1


async def test_a_page_instead_of_a_stream_is_told(client: Client) -> None:
    with pytest.raises(NotAStream) as caught:
        await text_of(client, ask("[[sim: not-sse]]"))
    assert not caught.value.retryable


@pytest.mark.parametrize("body", [b"<html>", b'{"id": "msg_1"}', b"data: {broken\n\n"])
async def test_a_body_that_only_claims_to_be_a_stream_is_told(body: bytes) -> None:
    async with Canned.stream(body) as server, Client(Config(KEY, server.url)) as client:
        with pytest.raises(NotAStream) as caught:
            await text_of(client, ask("Hello?"))
        assert caught.value.request_id == "req_canned"


@pytest.mark.parametrize("body", [b"", b"\n\n", b'data: {"type": "ping"}', b"data: {br"])
async def test_a_stream_that_ends_before_it_says_anything_is_told(body: bytes) -> None:
    async with Canned.stream(body) as server, single(server) as client:
        with pytest.raises((StreamCut, NotAStream)):
            await text_of(client, ask("Hello?"))


async def test_an_answer_that_is_not_http_is_a_failed_connection() -> None:
    async with Canned(b"SSH-2.0-OpenSSH\r\n\r\n") as server, single(server) as client:
        with pytest.raises(ConnectionFailed):
            await text_of(client, ask("Hello?"))


async def test_unknown_events_and_deltas_are_handed_on(client: Client) -> None:
    async with client.stream(ask("[[sim: giant 90]] [[sim: unknown-events]]")) as stream:
        names = {type(event).__name__ async for event in stream}
    assert {"Unknown", "UnknownDelta", "Ping", "TextDelta"} <= names


async def test_nothing_after_the_stop_is_read_as_an_event() -> None:
    start = b'data: {"type":"message_start","message":{"id":"m","model":"x"}}\n\n'
    body = start + b'data: {"type":"message_stop"}\n\ndata: [DONE]\n\ndata: {"type":"error"}\n\n'
    async with (
        Canned.stream(body) as server,
        single(server) as client,
        client.stream(ask("Hello?")) as stream,
    ):
        events = [type(event).__name__ async for event in stream]
    assert events == ["MessageStart", "MessageStop"]


async def test_the_deadline_ends_a_stream_that_goes_on(simulator: Simulator) -> None:
    config = Config(KEY, simulator.url, deadline=0.3)
    async with Client(config) as client:
        question = ask("[[sim: giant 90000]] [[sim: speed 100]]", max_tokens=50_000)
        assert await text_before(client, question, DeadlineExceeded) != ""
        assert client.connections_in_use == 0


async def test_the_deadline_ends_a_wait_for_the_first_word(simulator: Simulator) -> None:
    async with Client(Config(KEY, simulator.url, deadline=0.2)) as client:
        with pytest.raises(DeadlineExceeded):
            await text_of(client, ask("[[sim: slow-start 30]]"))


async def test_a_pause_between_reads_gathers_deltas(simulator: Simulator) -> None:
    request = ask("[[sim: giant 400]] [[sim: speed 500]]")
    sizes = []
    for pause in (0.0, 0.05):
        config = Config(KEY, simulator.url, read_pause=pause)
        async with Client(config) as client, client.stream(request) as stream:
            sizes.append(len([batch async for batch in stream.batches()]))
    assert sizes[1] < sizes[0] / 2
    assert simulator.sent[0].written == simulator.sent[1].written


async def test_the_pause_may_be_decided_before_each_read(client: Client) -> None:
    asked = []
    async with client.stream(ask("[[sim: giant 400]] [[sim: speed 1000]]")) as stream:
        stream.read_pause = lambda: float(bool(asked.append(1)))
        batches = [batch async for batch in stream.batches()]
    assert len(asked) >= len(batches) - 1 > 0


async def test_a_reader_may_say_itself_when_the_next_read_begins(client: Client) -> None:
    asked = []

    async def my_turn() -> None:
        asked.append(1)

    async with client.stream(ask("[[sim: giant 400]] [[sim: speed 1000]]")) as stream:
        stream.before_read = my_turn
        batches = [batch async for batch in stream.batches()]
    assert len(asked) >= len(batches) - 1 > 0


async def test_chunks_of_single_bytes_make_no_difference() -> None:
    text = "é👩 大\u2028"
    block = '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
    delta = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}'
    events = ['{"type":"message_start","message":{"id":"m"}}', block, delta % text]
    body = "".join(f"data: {event}\r\n\r\n" for event in [*events, '{"type":"message_stop"}'])
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body.encode())
    answer = STREAM + b"transfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    async with Canned(answer) as server, Client(Config(KEY, server.url)) as client:
        assert await text_of(client, ask("Hello?")) == text


async def test_many_streams_at_once_do_not_mix(client: Client) -> None:
    async def one(number: int) -> str:
        return await text_of(client, ask(f"[[sim: text {number} {'x' * 300}]] [[sim: speed 3000]]"))

    texts = await asyncio.gather(*(one(number) for number in range(100)))
    assert texts == [f"{number} {'x' * 300}" for number in range(100)]
