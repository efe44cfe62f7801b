"""Leaving a stream, in whatever way, closes it; nothing stays behind."""

import asyncio
import random
from collections.abc import Callable

import pytest

from chatapp.claude import Client, Config, NotAStream, Request
from chatapp.claude.simulator import Simulator
from tests.claude.canned import Canned
from tests.claude.conftest import KEY, ask

STALLED = "[[sim: stall after 2 for 9]]"
SLOW = "[[sim: giant 20000]] [[sim: speed 400]]"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


async def read(client: Client, request: Request) -> None:
    async with client.stream(request) as stream:
        async for _ in stream.batches():
            pass


async def start_and_stop(client: Client, chance: random.Random) -> None:
    """Cancel at a random point: connecting, waiting, reading, closing; now and then twice."""
    kind = chance.choice([SLOW, SLOW, "[[sim: slow-start 9]]", STALLED, "Hi"])
    task = asyncio.create_task(read(client, ask(kind)))
    for _ in range(chance.choice([0, 0, 1, 2, 3, 5])):
        await asyncio.sleep(0)
    if chance.random() < 0.7:
        await asyncio.sleep(chance.random() * 0.03)
    task.cancel()
    if chance.random() < 0.3:
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_500_starts_and_stops_leave_no_connection_open(simulator: Simulator) -> None:
    chance = random.Random(20)
    async with Client(Config(KEY, simulator.url, max_connections=50)) as client:
        tasks_before = len(asyncio.all_tasks())
        for _ in range(10):
            await asyncio.gather(*(start_and_stop(client, chance) for _ in range(50)))
        await until(lambda: client.connections_in_use == 0 and simulator.open == 0)
        await until(lambda: len(asyncio.all_tasks()) <= tasks_before + simulator.connections + 1)
        message = await client.create(ask("[[sim: text Still here]]"))
        await read(client, ask("Hello?"))
    assert message.text == "Still here"
    await until(lambda: simulator.connections == 0)


async def test_a_stop_reaches_the_other_side_at_once(client: Client, simulator: Simulator) -> None:
    async with client.stream(ask(SLOW)) as stream:
        await anext(stream.batches())
    await until(lambda: simulator.sent[0].aborted)
    assert simulator.sent[0].written.startswith(stream.message.text)
    assert client.connections_in_use == 0


async def test_an_exception_of_the_reader_closes_the_stream(client: Client) -> None:
    async def stumble() -> None:
        async with client.stream(ask(SLOW)):
            raise LookupError

    with pytest.raises(LookupError):
        await stumble()
    assert client.connections_in_use == 0


async def test_what_came_before_a_stop_is_kept(client: Client, simulator: Simulator) -> None:
    async with client.stream(ask(SLOW)) as stream:
        async for _ in stream.batches():
            if len(stream.message.text) > 40:
                break
    assert len(stream.message.text) > 40
    assert stream.message.stop_reason is None
    assert simulator.sent[0].text.startswith(stream.message.text)


async def test_a_stop_during_a_wait_for_a_retry_ends_the_wait(simulator: Simulator) -> None:
    async with Client(Config(KEY, simulator.url)) as client:
        question = ask("[[sim: error 529]] [[sim: retry-after 25]]")
        task = asyncio.create_task(read(client, question))
        await until(lambda: len(simulator.sent) == 1 and client.connections_in_use == 0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()


async def test_a_full_pool_makes_the_next_one_wait_its_turn(simulator: Simulator) -> None:
    async with Client(Config(KEY, simulator.url, max_connections=2)) as client:
        question = ask("[[sim: giant 400]] [[sim: speed 500]]")
        await asyncio.gather(*(read(client, question) for _ in range(6)))
    assert all(record.finished for record in simulator.sent)


async def test_an_answer_that_is_refused_is_closed_while_its_error_lives_on() -> None:
    page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9000000\r\n\r\n"
    server = Canned(page + b"x" * 9_000_000)
    async with server, Client(Config(KEY, server.url)) as client:
        with pytest.raises(NotAStream) as caught:
            await read(client, ask("Hello?"))
        assert client.connections_in_use == 0
        assert caught.value.__traceback__ is not None


async def test_closing_the_client_ends_its_connections(simulator: Simulator) -> None:
    async with Client(Config(KEY, simulator.url)) as client:
        await read(client, ask("Hello?"))
        assert simulator.connections == 1
    await until(lambda: simulator.connections == 0)
