"""Calls for housekeeping: opened, made and settled by one function."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude import ClaudeError, Overloaded
from chatapp.claude.simulator import Pace, Simulator
from chatapp.usage import door
from chatapp.usage.budgets import OverBudget
from chatapp.usage.ledger import Asking
from chatapp.usage.models import Budget, Call
from tests.usage.asking import HAIKU, a_request

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[[Asking], Awaitable[object]]


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=4_000, chars=4, jitter=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        yield simulator
        await door.close()


def a_title(user: User, text: str = "Hello?") -> Asking:
    return Asking(Call.Purpose.TITLE, a_request(text, HAIKU), user.pk)


async def test_a_call_is_settled_with_what_the_api_counted(ada: User, claude: Simulator) -> None:
    message = await door.create(a_title(ada))
    call = await Call.objects.aget()
    assert (call.purpose, call.stop_reason) == ("title", "end_turn")
    assert call.output_tokens == message.usage["output_tokens"]
    assert call.request_id == message.request_id
    assert call.cost


async def test_a_failed_call_is_settled_with_its_error(ada: User, claude: Simulator) -> None:
    with pytest.raises(ClaudeError):
        await door.create(a_title(ada, "[[sim: error 400]]"))
    call = await Call.objects.aget()
    assert (call.error_type, call.cost) == ("invalid_request_error", 0)
    assert call.settled_at


BUSY = "[[sim: retry-after 0.01]] [[sim: error 529"  # the wait is as short as may be


@pytest.mark.parametrize("ask", [door.create, door.whole])
async def test_a_call_tells_how_often_it_was_tried_again(
    ada: User, claude: Simulator, ask: Ask
) -> None:
    await ask(a_title(ada, f"{BUSY} times 2]]"))
    call = await Call.objects.aget()
    assert (call.stop_reason, call.retries) == ("end_turn", 2)
    assert len(claude.sent) == 3


@pytest.mark.parametrize("ask", [door.create, door.whole])
async def test_a_call_that_failed_in_the_end_tells_it_too(
    ada: User, claude: Simulator, ask: Ask
) -> None:
    with pytest.raises(Overloaded):
        await ask(a_title(ada, f"{BUSY}]]"))
    call = await Call.objects.aget()
    assert (call.error_type, call.retries) == ("overloaded_error", 2)
    assert len(claude.sent) == 3


async def test_a_stream_that_breaks_off_after_a_retry_tells_it(
    ada: User, claude: Simulator
) -> None:
    with pytest.raises(ClaudeError):
        await door.whole(a_title(ada, f"{BUSY} times 1]] [[sim: cut after 3]]"))
    call = await Call.objects.aget()
    assert (call.error_type, call.retries) == ("stream_cut", 1)


async def test_a_call_that_was_given_up_is_settled_by_estimate(
    ada: User, claude: Simulator
) -> None:
    task = asyncio.create_task(door.create(a_title(ada, "[[sim: slow-start 30]]")))
    async with asyncio.timeout(20):
        while not await Call.objects.aexists():
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(20):
        while (call := await Call.objects.aget()).settled_at is None:
            await asyncio.sleep(0.01)
    assert (call.error_type, call.is_estimate) == ("lost", True)


async def test_a_call_over_budget_is_never_made(ada: User, claude: Simulator) -> None:
    await Budget.objects.acreate(person=ada, period="day", hard=0)
    with pytest.raises(OverBudget):
        await door.create(a_title(ada))
    assert not claude.sent
    assert not await Call.objects.aexists()


async def test_counting_tokens_is_free_and_in_no_ledger(ada: User, claude: Simulator) -> None:
    assert await door.count_tokens(a_request("Hello?")) > 0
    assert not await Call.objects.aexists()
