"""Batches: the official package judges the simulator, and our client agrees with it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import anthropic
import pytest
from anthropic import AsyncAnthropic
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

from chatapp.claude import (
    Batch,
    BatchCounts,
    BatchResult,
    ClaudeError,
    Client,
    Config,
    ConnectionFailed,
    InvalidRequest,
    NotAStream,
    NotFound,
    Overloaded,
    RateLimited,
    Request,
    ServerError,
    StreamCut,
)
from chatapp.claude.simulator import Pace, Simulator
from tests.claude.canned import Canned
from tests.claude.conftest import KEY, MODEL, Time, ask
from tests.claude.test_judge import as_theirs, plain

DAY = 24 * 3600
HOUR = 3600


@dataclass
class Calendar:
    """The time by which the simulator's batches are done; it stands until it is set."""

    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
async def simulator(calendar: Calendar) -> AsyncIterator[Simulator]:
    pace = Pace(first=0, speed=0, batch=HOUR)
    async with Simulator(pace=pace, clock=calendar) as running:
        yield running


@pytest.fixture
async def official(simulator: Simulator) -> AsyncIterator[AsyncAnthropic]:
    async with AsyncAnthropic(api_key=KEY, base_url=simulator.url, max_retries=0) as client:
        yield client


def items(requests: dict[str, Request]) -> list[Any]:
    """The requests as the official package takes them."""
    return [{"custom_id": id, "params": asked.body(False)} for id, asked in requests.items()]


def as_ours(batch: MessageBatch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "status": batch.processing_status,
        "counts": batch.request_counts.to_dict(),
        "created_at": batch.created_at,
        "expires_at": batch.expires_at,
        "ended_at": batch.ended_at,
        "cancel_initiated_at": batch.cancel_initiated_at,
        "archived_at": batch.archived_at,
    }


def facts(batch: Batch) -> dict[str, Any]:
    fields = {name: getattr(batch, name) for name in Batch.__slots__}
    counts = batch.counts
    return {**fields, "counts": {name: getattr(counts, name) for name in counts.__slots__}}


async def results(client: Client, batch: Batch) -> dict[str, BatchResult]:
    async with client.batches.results(batch) as lines:
        return {result.custom_id: result async for result in lines}


async def outcomes(client: Client, batch: Batch) -> dict[str, str]:
    return {id: result.outcome for id, result in (await results(client, batch)).items()}


async def judged(official: AsyncAnthropic, id: str) -> dict[str, MessageBatchIndividualResponse]:
    return {found.custom_id: found async for found in await official.messages.batches.results(id)}


WEATHER = {"name": "weather", "description": "d", "input_schema": {"type": "object"}}
MIXED = {
    "text": ask("[[sim: text Hello 👩‍👩‍👧\u2028 there]]"),
    "tool": ask('[[sim: tool weather {"city": "Zürich"}]]', tools=[WEATHER]),
    "long": ask("[[sim: giant 300000]]"),
    "refusal": ask("[[sim: refusal]]"),
    "overloaded": ask("[[sim: error 529]]"),
    "unknown-model": ask("Hello?", model="claude-nine"),
    "slow": ask(f"[[sim: batch-delay {2 * DAY}]]"),
}


@pytest.fixture
async def ended(client: Client, calendar: Calendar) -> Batch:
    """A batch of all kinds a day later: some answered, some not, one expired."""
    batch = await client.batches.create(MIXED)
    calendar.now += DAY
    return await client.batches.get(batch.id)


async def test_both_clients_create_the_same_batch(client: Client, official: AsyncAnthropic) -> None:
    mine = facts(await client.batches.create(MIXED))
    theirs = as_ours(await official.messages.batches.create(requests=items(MIXED)))
    assert {**mine, "id": ""} == {**theirs, "id": ""}
    assert mine["counts"]["processing"] == len(MIXED)
    assert mine["id"] != theirs["id"]


async def test_both_clients_see_a_batch_wait_and_end(
    client: Client, official: AsyncAnthropic, calendar: Calendar
) -> None:
    created = await client.batches.create({"a": ask("Hello?")})
    for wait, status in ((0, "in_progress"), (HOUR - 1, "in_progress"), (1, "ended")):
        calendar.now += wait
        mine = await client.batches.get(created.id)
        theirs = await official.messages.batches.retrieve(created.id)
        assert facts(mine) == as_ours(theirs)
        assert mine.status == status
        assert mine.ended == bool(theirs.results_url)
    assert (mine.expires_at - mine.created_at).total_seconds() == DAY
    assert mine.ended_at is not None
    assert (mine.ended_at - mine.created_at).total_seconds() == HOUR


async def test_counts_tell_how_the_requests_ended(ended: Batch) -> None:
    counts = ended.counts
    assert (counts.succeeded, counts.errored, counts.expired) == (4, 2, 1)
    assert (counts.processing, counts.canceled, counts.total) == (0, 0, len(MIXED))


async def test_both_clients_read_the_same_results(
    client: Client, official: AsyncAnthropic, ended: Batch
) -> None:
    mine, theirs = await results(client, ended), await judged(official, ended.id)
    assert set(mine) == set(theirs) == set(MIXED)
    for id, found in mine.items():
        other = theirs[id].result
        assert found.outcome == other.type
        if other.type == "succeeded":
            assert found.message is not None
            assert found.message.id == other.message.id
            assert as_theirs(found.message) == plain(other.message.to_dict())
        if other.type == "errored":
            assert found.error is not None
            assert found.error.type == other.error.error.type
            assert found.error.args[0] == other.error.error.message
            assert found.error.request_id == other.error.request_id


async def test_each_answer_is_that_of_its_own_request(client: Client, ended: Batch) -> None:
    found = await results(client, ended)
    text, long = found["text"].message, found["long"].message
    assert text is not None
    assert long is not None
    assert text.text == "Hello 👩‍👩‍👧\u2028 there"
    assert len(long.text) == 300_000
    assert text.usage["service_tier"] == "batch"


async def test_the_official_package_finds_what_it_knows(
    official: AsyncAnthropic, ended: Batch
) -> None:
    found = await official.messages.batches.retrieve(ended.id)
    assert MessageBatch.model_validate(found.to_dict(mode="json"), strict=False) == found
    for result in (await judged(official, ended.id)).values():
        again = MessageBatchIndividualResponse.model_validate(result.to_dict(mode="json"))
        assert again.result.type == result.result.type


async def test_an_error_says_whether_to_try_that_request_again(
    client: Client, ended: Batch
) -> None:
    found = await results(client, ended)
    assert isinstance(found["overloaded"].error, Overloaded)
    assert isinstance(found["unknown-model"].error, NotFound)
    assert found["overloaded"].error.retryable
    assert not found["unknown-model"].error.retryable


async def test_results_can_be_read_again_and_are_the_same(client: Client, ended: Batch) -> None:
    first, second = await results(client, ended), await results(client, ended)
    assert first["text"] == second["text"]
    assert list(first) == list(second)
    assert list(first) != list(MIXED), "a caller must not rely on the order"


async def test_leaving_results_early_gives_the_connection_back(
    client: Client, ended: Batch
) -> None:
    async with client.batches.results(ended) as lines:
        assert await anext(lines)
    assert client.connections_in_use == 0


async def test_what_was_not_done_is_canceled(
    client: Client, official: AsyncAnthropic, calendar: Calendar
) -> None:
    quick, slow = ask("[[sim: batch-delay 10]]"), ask("Hello?")
    batch = await client.batches.create({"quick": quick, "slow": slow})
    calendar.now += 60
    canceling = await client.batches.cancel(batch.id)
    assert (canceling.status, canceling.counts.processing) == ("canceling", 2)
    found = await client.batches.get(batch.id)
    assert facts(found) == as_ours(await official.messages.batches.retrieve(batch.id))
    assert found.ended_at == found.cancel_initiated_at is not None
    assert await outcomes(client, found) == {"quick": "succeeded", "slow": "canceled"}


async def test_both_clients_cancel_alike(client: Client, official: AsyncAnthropic) -> None:
    batches = [await client.batches.create({"a": ask("Hello?")}) for _ in range(2)]
    mine = await client.batches.cancel(batches[0].id)
    theirs = await official.messages.batches.cancel(batches[1].id)
    assert {**facts(mine), "id": ""} == {**as_ours(theirs), "id": ""}


async def test_what_ends_too_late_expires(client: Client, calendar: Calendar) -> None:
    late = ask(f"[[sim: batch-delay {DAY + 1}]]")
    batch = await client.batches.create({"in-time": ask("Hello?"), "late": late})
    calendar.now += DAY - 1
    assert not (await client.batches.get(batch.id)).ended
    calendar.now += 1
    found = await client.batches.get(batch.id)
    assert found.ended_at == found.expires_at
    assert await outcomes(client, found) == {"in-time": "succeeded", "late": "expired"}


async def test_a_shorter_life_makes_requests_expire(calendar: Calendar) -> None:
    pace = Pace(batch=5, batch_lifetime=1)
    async with (
        Simulator(pace=pace, clock=calendar) as simulator,
        Client(Config(KEY, simulator.url)) as client,
    ):
        batch = await client.batches.create({"a": ask("Hello?")})
        calendar.now += 1
        assert (await client.batches.get(batch.id)).counts.expired == 1


REFUSED_ITEMS = {
    "stream": {"stream": True},
    "speed": {"speed": "fast"},
    "no tokens": {"max_tokens": 0},
    "sampling": {"temperature": 1},
    "prefill": {"messages": [*ask("a").messages, {"role": "assistant", "content": "b"}]},
}


@pytest.mark.parametrize("fault", REFUSED_ITEMS.values(), ids=REFUSED_ITEMS)
async def test_a_fault_in_one_request_is_its_result_alone(
    client: Client, calendar: Calendar, fault: dict[str, Any]
) -> None:
    bad = Request(MODEL, ask("a").messages, 4000, extra=fault)
    batch = await client.batches.create({"good": ask("Hello?"), "bad": bad})
    calendar.now += HOUR
    found = await results(client, await client.batches.get(batch.id))
    assert found["good"].outcome == "succeeded"
    assert isinstance(found["bad"].error, InvalidRequest)


async def test_a_failed_request_can_succeed_in_the_next_batch(
    client: Client, calendar: Calendar
) -> None:
    request = ask("[[sim: error 500 times 1]]")
    for outcome in ("errored", "succeeded"):
        batch = await client.batches.create({"a": request})
        calendar.now += HOUR
        batch = await client.batches.get(batch.id)
        assert await outcomes(client, batch) == {"a": outcome}


BAD_BATCHES: dict[str, list[Any]] = {
    "nothing": [],
    "the same id twice": items({"a": ask("a")}) * 2,
    "an empty id": items({"": ask("a")}),
    "an id with a space": items({"a b": ask("a")}),
    "an id that is too long": items({"a" * 65: ask("a")}),
    "a request without its parameters": [{"custom_id": "a"}],
}


@pytest.mark.parametrize("requests", BAD_BATCHES.values(), ids=BAD_BATCHES)
async def test_the_official_package_is_refused_bad_batches(
    official: AsyncAnthropic, requests: list[Any]
) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        await official.messages.batches.create(requests=requests)
    assert caught.value.type == "invalid_request_error"


async def test_both_clients_are_refused_the_same_batches(
    client: Client, official: AsyncAnthropic
) -> None:
    with pytest.raises(InvalidRequest) as mine:
        await client.batches.create({"ä": ask("a")})
    with pytest.raises(anthropic.BadRequestError) as theirs:
        await official.messages.batches.create(requests=items({"ä": ask("a")}))
    assert mine.value.args[0] == theirs.value.body["error"]["message"]  # type: ignore[index, call-overload]


async def test_both_clients_do_not_find_an_unknown_batch(
    client: Client, official: AsyncAnthropic
) -> None:
    for ours, theirs in (
        (client.batches.get, official.messages.batches.retrieve),
        (client.batches.cancel, official.messages.batches.cancel),
    ):
        with pytest.raises(NotFound):
            await ours("msgbatch_none")
        with pytest.raises(anthropic.NotFoundError):
            await theirs("msgbatch_none")


async def test_results_are_not_there_before_the_end(
    client: Client, official: AsyncAnthropic
) -> None:
    batch = await client.batches.create({"a": ask("Hello?")})
    with pytest.raises(NotFound):
        await results(client, batch)
    with pytest.raises(anthropic.AnthropicError, match="finished processing"):
        await judged(official, batch.id)
    assert client.connections_in_use == 0


async def test_an_ended_batch_cannot_be_canceled(client: Client, ended: Batch) -> None:
    with pytest.raises(InvalidRequest, match="ended"):
        await client.batches.cancel(ended.id)


async def test_a_batch_may_be_larger_than_a_message(
    client: Client, simulator: Simulator, calendar: Calendar
) -> None:
    requests = {f"case-{n}": ask("x" * 3_000_000) for n in range(12)}
    batch = await client.batches.create(requests)
    calendar.now += HOUR
    assert (await client.batches.get(batch.id)).counts.succeeded == 12
    assert simulator.sent[0].path == "/v1/messages/batches"


async def test_an_id_cannot_leave_its_place_in_the_path(client: Client) -> None:
    with pytest.raises(NotFound, match="not found"):
        await client.batches.get("../../models")


async def test_betas_of_all_requests_go_along() -> None:
    requests = {
        "a": Request(MODEL, [], 9, betas=("one", "two")),
        "b": Request(MODEL, [], 9, betas=("two", "three")),
    }
    async with (
        Canned(b"HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n") as server,
        Client(Config(KEY, server.url)) as client,
    ):
        with pytest.raises(NotFound):
            await client.batches.create(requests)
    assert b"\r\nanthropic-beta: one,two,three\r\n" in server.requests[0].lower()


MAYBE = [
    (b"", ConnectionFailed),
    (b"HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n", ServerError),
    (b"HTTP/1.1 504 X\r\ncontent-length: 0\r\n\r\n", ServerError),
]
SURELY_NOT = [
    (b"HTTP/1.1 429 X\r\ncontent-length: 0\r\n\r\n", RateLimited),
    (b"HTTP/1.1 529 X\r\ncontent-length: 0\r\n\r\n", Overloaded),
]


async def tries_of_create(answer: bytes, error: type[ClaudeError]) -> int:
    async with Canned(answer) as server, Client(Config(KEY, server.url), Time().timing()) as client:
        with pytest.raises(error):
            await client.batches.create({"a": ask("Hello?")})
    return len(server.requests)


@pytest.mark.parametrize(("answer", "error"), MAYBE)
async def test_a_batch_that_may_exist_is_not_created_again(
    answer: bytes, error: type[ClaudeError]
) -> None:
    assert await tries_of_create(answer, error) == 1


@pytest.mark.parametrize(("answer", "error"), SURELY_NOT)
async def test_a_refused_batch_is_created_again(answer: bytes, error: type[ClaudeError]) -> None:
    assert await tries_of_create(answer, error) == 3


async def test_looking_at_a_batch_is_tried_again() -> None:
    async with (
        Canned(b"HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n") as server,
        Client(Config(KEY, server.url), Time().timing()) as client,
    ):
        with pytest.raises(ServerError):
            await client.batches.get("msgbatch_a")
    assert len(server.requests) == 3


async def test_a_cut_gives_what_came_before_it(
    client: Client, simulator: Simulator, ended: Batch
) -> None:
    simulator.script = "[[sim: cut after 3]]"
    came = []

    async def read() -> None:
        async with client.batches.results(ended) as lines:
            async for result in lines:
                came.append(result.custom_id)

    with pytest.raises(StreamCut):
        await read()
    assert came == list(MIXED)[:-4:-1]
    simulator.script = ""
    assert len(await results(client, ended)) == len(MIXED)


LINE = b'{"custom_id":"a","result":{"type":"canceled"}}'
NEWER = b'{"custom_id":"a","result":{"type":"postponed","until":1}}'
BODIES = {
    "no newline at the end": LINE,
    "blank lines": b"\r\n" + LINE + b"\r\n\r\n",
    "a word of tomorrow": NEWER + b"\n",
}
BROKEN: dict[str, tuple[bytes, type[ClaudeError]]] = {
    "nothing": (b"", StreamCut),
    "too few": (b"\n\n", StreamCut),
    "half a line": (LINE[:-9], NotAStream),
    "a page": (b"<!doctype html>\n<p>Sign in", NotAStream),
    "a list": (b"[]\n", NotAStream),
    "a result without an id": (b'{"result":{"type":"canceled"}}\n', NotAStream),
    "a message that is none": (LINE.replace(b"canceled", b"succeeded"), NotAStream),
    "an error that is none": (
        LINE.replace(b'"canceled"', b'"errored","error":"none"'),
        NotAStream,
    ),
}


ONE = Batch(
    "msgbatch_a", "ended", BatchCounts(canceled=1), *[datetime(2026, 11, 20, tzinfo=UTC)] * 2
)


async def read_from(body: bytes) -> list[BatchResult]:
    """The results of a batch of one request, given by a server that sends this."""
    head = b"HTTP/1.1 200 OK\r\nrequest-id: req_canned\r\ncontent-length: %d\r\n\r\n"
    async with (
        Canned(head % len(body) + body) as server,
        Client(Config(KEY, server.url)) as client,
        client.batches.results(ONE) as lines,
    ):
        return [result async for result in lines]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_odd_lines_are_read(body: bytes) -> None:
    (result,) = await read_from(body)
    assert (result.custom_id, result.message, result.error) == ("a", None, None)
    assert result.outcome == json.loads(body)["result"]["type"]


@pytest.mark.parametrize(("body", "error"), BROKEN.values(), ids=BROKEN)
async def test_broken_results_are_an_error(body: bytes, error: type[ClaudeError]) -> None:
    with pytest.raises(error) as caught:
        await read_from(body)
    assert caught.value.request_id == "req_canned"


async def test_a_key_that_a_result_repeats_is_hidden() -> None:
    told = {"type": "error", "error": {"type": "api_error", "message": f"key {KEY}"}}
    line = {"custom_id": "a", "result": {"type": "errored", "error": told}}
    (result,) = await read_from(json.dumps(line).encode())
    assert result.error is not None
    assert KEY not in str(result.error)


@pytest.mark.parametrize("body", [b"{}", b'{"id":"a","request_counts":1}', b"[]"])
async def test_an_answer_that_is_no_batch_is_an_error(body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    async with Canned(head % len(body) + body) as server, Client(Config(KEY, server.url)) as client:
        with pytest.raises(NotAStream):
            await client.batches.get("msgbatch_a")
