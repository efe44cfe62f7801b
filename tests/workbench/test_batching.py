"""Replays overnight: handed in, looked at, collected; nothing lost, nothing twice."""

import dataclasses
from collections import Counter
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.errors import error_from_answer
from chatapp.claude.simulator import Pace, Simulator
from chatapp.prompts.models import Prompt
from chatapp.usage import door
from chatapp.usage.models import Call
from chatapp.workbench import batching, replays
from chatapp.workbench.models import Batch, Replay, Result
from chatapp.workbench.tasks import work_off
from tests.conftest import a_prompt
from tests.workbench.conftest import a_case
from tests.workbench.test_replays import started

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prompt(db: None) -> Prompt:
    return a_prompt(body="Be brief.")


async def a_replay(pat: User, prompt: Prompt, *questions: str) -> Replay:
    for question in questions:
        await sync_to_async(a_case)(prompt, pat, question, "lacks: 42")
    return await sync_to_async(started)(await prompt.versions.aget(), pat, "batch")


async def states(replay: Replay) -> Counter[str]:
    return Counter([row.state async for row in replay.results.all()])


async def test_a_replay_overnight_is_one_batch_at_half_the_price(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    replay = await a_replay(pat, prompt, "One?", "Two?")
    await work_off(str(replay.pk))
    await replay.arefresh_from_db()
    assert replay.finished_at
    assert await states(replay) == {"done": 2}
    assert await Batch.objects.exclude(batch_id="").acount() == 1
    calls = [call async for call in Call.objects.all()]
    for call in calls:
        haiku_or_sonnet = (2 * call.input_tokens + 10 * call.output_tokens) / Decimal(1_000_000)
        assert call.cost == haiku_or_sonnet / 2
        assert (call.purpose, call.stop_reason, call.is_batch) == ("replay", "end_turn", True)


async def test_a_batch_that_is_not_ready_is_looked_at_again(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    replay = await a_replay(pat, prompt, "[[sim: batch-delay 600]] Slow?")
    await work_off(str(replay.pk))
    await work_off(str(replay.pk))
    assert await states(replay) == {"running": 1}
    assert await Batch.objects.acount() == 1
    await replay.arefresh_from_db()
    assert (replay.finished_at, replay.held_until) == (None, None)


async def test_an_error_in_one_item_is_that_case_s_alone(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    replay = await a_replay(pat, prompt, "[[sim: error 529]]", "Fine?")
    await work_off(str(replay.pk))
    assert await states(replay) == {"failed": 1, "done": 1}
    failed = await replay.results.aget(state="failed")
    assert failed.error
    assert (await Call.objects.aget(pk=failed.call_id)).cost == 0


async def test_results_that_are_read_twice_are_kept_once(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    replay = await a_replay(pat, prompt, "One?", "Two?")
    await work_off(str(replay.pk))
    before = [row async for row in replay.results.order_by("pk").values()]
    # A process that died before it noted that all was read.
    await Batch.objects.aupdate(ended_at=None)
    await Replay.objects.aupdate(finished_at=None)
    await work_off(str(replay.pk))
    assert [row async for row in replay.results.order_by("pk").values()] == before
    assert await Call.objects.acount() == 2


async def test_who_died_while_handing_in_hands_in_again(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    replay = await a_replay(pat, prompt, "One?", "Two?")
    await sync_to_async(batching._next_batch)(replay.pk)
    assert await states(replay) == {"running": 2}
    await work_off(str(replay.pk))
    assert await states(replay) == {"done": 2}
    # The calls of the lost batch are estimates: nobody knows whether they were answered.
    assert await Call.objects.filter(is_estimate=True, error_type="lost").acount() == 2
    assert await Call.objects.filter(stop_reason="end_turn").acount() == 2


async def test_a_day_without_an_answer_is_said(
    pat: User, prompt: Prompt, settings: Settings
) -> None:
    async with Simulator(pace=Pace(first=0, speed=0, batch_lifetime=0)) as claude:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=claude.url)
        replay = await a_replay(pat, prompt, "[[sim: batch-delay 600]] Slow?")
        await work_off(str(replay.pk))
        await door.close()
    result = await replay.results.aget()
    assert result.state == "failed"
    assert "within a day" in result.error


async def test_stopping_cancels_the_batch_and_keeps_what_came(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    replay = await a_replay(pat, prompt, "[[sim: batch-delay 600]] Slow?", "Fast?")
    await work_off(str(replay.pk))
    await sync_to_async(replays.cancel)(replay, pat)
    await work_off(str(replay.pk))
    await work_off(str(replay.pk))
    await replay.arefresh_from_db()
    assert replay.finished_at
    assert await Result.objects.filter(state="running").acount() == 0


@pytest.mark.parametrize(("status", "state"), [(529, "pending"), (400, "failed")])
def test_a_batch_that_is_refused_is_tried_again_where_that_can_help(
    pat: User, prompt: Prompt, status: int, state: str
) -> None:
    a_case(prompt, pat, "One?")
    replay = started(prompt.versions.get(), pat, "batch")
    batch, _, _ = batching._next_batch(replay.pk)
    assert batch
    batching._refuse(batch, error_from_answer(status, b"{}", None, None))
    assert replay.results.get().state == state
    assert Call.objects.get().cost == 0
    assert not Batch.objects.exists()
