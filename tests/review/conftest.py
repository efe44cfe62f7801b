"""What the tests of the support room share: items, and a colleague of Sue's."""

import asyncio
import dataclasses
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.claude.simulator import Pace, Simulator
from chatapp.conversations.actions import delete
from chatapp.conversations.models import Conversation, Message
from chatapp.live.threads import in_database
from chatapp.review.intake import take_in
from chatapp.review.models import Item
from chatapp.usage import door
from tests.conftest import a_person, a_thread, flagged


@pytest.fixture
def tim(db: None) -> User:
    """Supports, too."""
    return a_person("tim@example.com", Role.SUPPORT)


@pytest.fixture
def thread(ada: User) -> Conversation:
    """A thread of Ada's that was flagged, and is in the queue."""
    return in_queue(a_thread(ada, "Where is my order?", "It is on its way."))


@pytest.fixture
def item(thread: Conversation) -> Item:
    return Item.objects.get(conversation=thread)


@pytest.fixture
def answer(thread: Conversation) -> Message:
    return thread.messages.get(role="assistant")


def in_queue(conversation: Conversation) -> Conversation:
    flagged(conversation)
    take_everything_in()
    return conversation


def take_everything_in() -> None:
    while take_in():
        pass


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    """A simulator that answers at once."""
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        yield simulator
        await door.close()


async def deleted_meanwhile(thread: Conversation, job: Callable[[], Awaitable[None]]) -> None:
    """Run a job while the thread is being deleted: it still sees it, and then has to wait."""
    is_gone, is_over = threading.Event(), threading.Event()

    @transaction.atomic
    def delete_slowly() -> None:
        delete(thread)
        is_gone.set()
        while not (is_over.is_set() or somebody_waits()):
            pass

    deleting = asyncio.create_task(in_database(delete_slowly))
    await asyncio.to_thread(is_gone.wait, 10)
    try:
        await job()
    finally:
        is_over.set()
        await deleting


def somebody_waits() -> bool:
    """Whether a transaction waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks "
            "WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])
