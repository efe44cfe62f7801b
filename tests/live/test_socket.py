"""A page's socket: what it is told, how much at once, and when it is closed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from django.test import Client

from chatapp.accounts.actions import deactivate
from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.generation import log, queue
from chatapp.generation.log import Piece
from chatapp.generation.models import Run, Runner
from chatapp.live import consumer
from chatapp.live.hub import Hub, hub
from chatapp.live.threads import in_database
from tests.conftest import a_conversation, a_thread, answered, browser_of
from tests.security.sockets import SECONDS, Socket, socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def fresh_hub() -> AsyncIterator[Hub]:
    yield hub()
    await hub().stop()


def query(conversation: Conversation) -> str:
    return f"topic=conversation:{conversation.pk}&topic=list:&since=0"


async def frames(one: Socket, until: str) -> str:
    """Everything that is sent up to a frame that holds those words."""
    heard = ""
    async with asyncio.timeout(SECONDS):
        while until not in heard:
            said = await one.wire.receive_output(timeout=SECONDS)
            assert said["type"] == "websocket.send", said
            heard += said["text"]
    return heard


def a_live_answer(owner: User) -> tuple[Conversation, Runner, Run, Client]:
    conversation = a_conversation(owner)
    runner = Runner.objects.create()
    (run,) = queue.claim(runner.pk, 10)
    return conversation, runner, run, browser_of(owner)


def write(runner: Runner, run: Run, start: int, text: str) -> None:
    log.write(runner.pk, [Piece(run.pk, start, 0, "text", text)], {run.pk: "writing"})


async def test_a_page_is_told_what_it_has_not_seen(ada: User) -> None:
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        heard = await frames(one, 'data-value="2"')
    assert heard.count("<article") == 2


async def test_a_page_that_has_seen_all_is_told_nothing(ada: User) -> None:
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))
    async with socket(query(conversation).replace("since=0", "since=2"), browser) as one:
        assert (await one.wire.connect())[0]
        assert "<article" not in await frames(one, 'data-value="2"')


async def test_a_text_without_a_ring_is_found_by_looking(ada: User) -> None:
    conversation, runner, run, browser = await in_database(a_live_answer, ada)
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-frame="live"')
        await in_database(write, runner, run, 0, "Nobody rang for this.")
        assert "Nobody rang" in await frames(one, "for this.")


async def test_an_end_without_a_ring_is_found_by_looking(ada: User) -> None:
    conversation, _, _, browser = await in_database(a_live_answer, ada)
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-frame="live"')
        await in_database(answered, conversation, "The end of it.")
        assert 'data-status="done"' in await frames(one, "The end of it.")


async def test_a_reader_that_says_nothing_gets_a_window_and_no_more(ada: User) -> None:
    conversation, runner, run, browser = await in_database(a_live_answer, ada)
    piece = "word " * 8_000 + "\n\n"
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-frame="live"')
        for at in range(20):
            await in_database(write, runner, run, at * len(piece), piece)
            await hub().refresh()
        received, count = 0, 1
        while not await one.wire.receive_nothing(timeout=0.5):
            received += len((await one.wire.receive_output())["text"])
            count += 1
        assert received < consumer.WINDOW + 3 * len(piece)
        await one.wire.send_to(text_data=f'{{"ack": {count + 5}}}')
        rest = await one.wire.receive_output(timeout=SECONDS)
    assert rest["type"] == "websocket.send"


async def test_a_person_switched_off_is_shut_out(ada: User) -> None:
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-value="2"')  # by now the hub has joined the doorbell
        await in_database(deactivate, ada)
        await hub().recheck()
        assert await one.code() == consumer.SIGNED_OUT


@pytest.mark.parametrize("how", ["sign out", "password", "account"])
async def test_an_end_of_the_session_ends_the_socket(ada: User, how: str) -> None:
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))

    def end() -> None:
        if how == "sign out":
            browser.logout()
        elif how == "account":
            ada.delete()
        else:
            ada.set_password("another password")
            ada.save()

    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-value="2"')  # by now the hub knows the socket
        await in_database(end)
        await hub().recheck()
        assert await one.code() == consumer.SIGNED_OUT


async def test_a_deleted_conversation_empties_the_page_and_closes_it(ada: User) -> None:
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-value="2"')
        await in_database(conversation.delete)
        await hub().recheck()
        assert await one.code() == consumer.FORBIDDEN


async def test_a_socket_that_left_is_followed_no_more(ada: User) -> None:
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, 'data-value="2"')
        assert len(hub().sockets) == 1
    assert (hub().sockets, dict(hub().by_topic)) == (set(), {})


async def test_a_page_is_told_times_in_the_zone_of_its_person(ada: User) -> None:
    ada.time_zone = "Asia/Tokyo"
    await in_database(ada.save)
    conversation, browser = await in_database(lambda: (a_thread(ada), browser_of(ada)))
    async with socket(query(conversation), browser) as one:
        assert (await one.wire.connect())[0]
        heard = await frames(one, 'data-value="2"')
    assert heard.count("+09:00") == heard.count("<time") == 2
