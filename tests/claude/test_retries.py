"""Asking again: when, how often, after how long; and never after the first content."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from chatapp.claude import (
    BillingError,
    ClaudeError,
    Client,
    Config,
    ConnectionFailed,
    InvalidRequest,
    Overloaded,
    RateLimited,
    ServerError,
    Silence,
    StreamCut,
)
from chatapp.claude.retry import asked_wait, wait_before_retry
from chatapp.claude.simulator import Simulator
from tests.claude.canned import STREAM, Canned
from tests.claude.conftest import KEY, Time, ask


async def answer(client: Client, text: str) -> tuple[str, int]:
    async with client.stream(ask(text)) as stream:
        async for _ in stream:
            pass
    return stream.message.text, stream.retries


async def fail(server: Canned, error: type[Exception] | tuple[type[Exception], ...]) -> None:
    """Ask a server that can only fail; no time passes."""
    async with Client(Config(KEY, server.url), Time().timing()) as client:
        with pytest.raises(error):
            await answer(client, "Hello?")


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_passing_errors_are_tried_again(
    client: Client, simulator: Simulator, time: Time, status: int
) -> None:
    text = f"[[sim: error {status} times 2]] [[sim: text Well]]"
    assert await answer(client, text) == ("Well", 2)
    assert [record.status for record in simulator.sent] == [status, status, 200]
    assert time.slept == [0.25, 0.5]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 418])
async def test_lasting_errors_are_not_tried_again(
    client: Client, simulator: Simulator, status: int
) -> None:
    with pytest.raises(ClaudeError) as caught:
        await answer(client, f"[[sim: error {status} times 1]]")
    assert caught.value.status == status
    assert not caught.value.retryable
    assert len(simulator.sent) == 1


async def test_the_last_try_tells_its_error(client: Client, simulator: Simulator) -> None:
    with pytest.raises(Overloaded) as caught:
        await answer(client, "[[sim: error 529]]")
    assert caught.value.request_id == simulator.sent[-1].request_id
    assert len(simulator.sent) == 3


async def test_plain_answers_are_tried_again_too(client: Client, simulator: Simulator) -> None:
    message = await client.create(ask("[[sim: error 500 times 2]] [[sim: text Well]]"))
    assert message.text == "Well"
    assert len(simulator.sent) == 3


async def test_the_number_of_tries_can_be_set(
    connect: Callable[..., Client], simulator: Simulator
) -> None:
    with pytest.raises(ServerError):
        await answer(connect(max_retries=0), "[[sim: error 500 times 1]]")
    assert len(simulator.sent) == 1


async def test_the_asked_wait_is_kept_with_a_little_chance(client: Client, time: Time) -> None:
    await answer(client, "[[sim: error 429 times 1]] [[sim: retry-after 7]]")
    assert time.slept == [pytest.approx(7.35)]


async def test_a_wait_that_is_too_long_is_told_at_once(
    client: Client, simulator: Simulator, time: Time
) -> None:
    with pytest.raises(RateLimited) as caught:
        await answer(client, "[[sim: error 429]] [[sim: retry-after 120]]")
    assert (caught.value.retry_after, caught.value.retryable) == (120, True)
    assert (len(simulator.sent), time.slept) == (1, [])


async def test_no_retry_begins_after_the_deadline(
    connect: Callable[..., Client], simulator: Simulator
) -> None:
    with pytest.raises(RateLimited):
        await answer(connect(deadline=5), "[[sim: error 429]] [[sim: retry-after 6]]")
    assert len(simulator.sent) == 1


@pytest.mark.parametrize("code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
async def test_a_reached_spend_cap_is_not_tried_again(
    client: Client, simulator: Simulator, code: str
) -> None:
    with pytest.raises(RateLimited) as caught:
        await answer(client, f"[[sim: error 429]] [[sim: error-code {code}]]")
    assert caught.value.spend_cap
    assert not caught.value.retryable
    assert caught.value.sentence == BillingError.sentence
    assert len(simulator.sent) == 1


@pytest.mark.parametrize(("advice", "status", "tries"), [("true", 400, 3), ("false", 529, 1)])
async def test_the_servers_advice_on_retries_wins(advice: str, status: int, tries: int) -> None:
    head = f"HTTP/1.1 {status} X\r\nx-should-retry: {advice}\r\nretry-after-ms: 1\r\n"
    async with Canned(f"{head}content-length: 0\r\n\r\n".encode()) as server:
        await fail(server, (InvalidRequest, Overloaded))
    assert len(server.requests) == tries


async def test_a_refused_connection_is_tried_again(time: Time, simulator: Simulator) -> None:
    await simulator.stop()
    async with Client(Config(KEY, simulator.url), time.timing()) as client:
        with pytest.raises(ConnectionFailed) as caught:
            await answer(client, "Hello?")
        assert client.connections_in_use == 0
    assert caught.value.status is None
    assert len(time.slept) == 2


START = b'data: {"type":"message_start","message":{"id":"m","model":"x"}}\n\n'
BLOCK = b'data: {"type":"content_block_start","index":0,"content_block":{"type":"text"}}\n\n'
ERROR = b'data: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n'


@pytest.mark.parametrize(
    ("body", "error", "tries"),
    [
        (START + ERROR, Overloaded, 3),
        (START, StreamCut, 3),
        (START + BLOCK + ERROR, Overloaded, 1),
        (START + BLOCK, StreamCut, 1),
    ],
)
async def test_only_a_stream_without_content_is_tried_again(
    body: bytes, error: type[ClaudeError], tries: int
) -> None:
    async with Canned.stream(body) as server:
        await fail(server, error)
    assert len(server.requests) == tries


async def test_a_connection_that_breaks_before_content_is_tried_again() -> None:
    answer_cut = STREAM + b"transfer-encoding: chunked\r\n\r\n5\r\n: hi\n\r\n"
    async with Canned(answer_cut) as server:
        await fail(server, StreamCut)
    assert len(server.requests) == 3


def test_waits_grow_to_a_ceiling_and_chance_takes_up_to_all_of_them() -> None:
    waits = [wait_before_retry(Overloaded(), tries, lambda: 1.0) for tries in range(7)]
    assert waits == [0.5, 1, 2, 4, 8, 8, 8]
    assert wait_before_retry(Overloaded(), 3, lambda: 0.0) == 0


def test_silence_can_be_retried_by_a_person_only() -> None:
    assert Silence().retryable
    assert wait_before_retry(Silence(), 0, lambda: 1.0) is None


NOW = 1_800_000_000.0
IN_TEN = format_datetime(datetime.fromtimestamp(NOW + 10, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": IN_TEN}, 10),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, 0),
        ({"retry-after": "inf"}, float("inf")),
    ],
)
def test_the_asked_wait_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_wait(headers, NOW) == seconds
