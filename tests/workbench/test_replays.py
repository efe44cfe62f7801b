"""Replays: every case once, whatever dies, and told as it is."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Simulator
from chatapp.errors import Conflict, Unusable
from chatapp.prompts.models import Prompt, Version
from chatapp.prompts.tools import TOOLS, Tool
from chatapp.usage.models import Budget, Call
from chatapp.workbench import replays
from chatapp.workbench.evidence import evidence_for
from chatapp.workbench.models import Case, Replay, Result
from chatapp.workbench.tasks import go_on, work_off
from tests.conftest import a_prompt, a_version
from tests.workbench.conftest import a_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prompt(db: None) -> Prompt:
    return a_prompt(body="Be brief.")


def started(version: Version, by: User, mode: str = "now") -> Replay:
    return replays.start(version, by, Case.objects.all(), mode)


async def replayed(version: Version, by: User, mode: str = "now") -> Replay:
    replay = await sync_to_async(started)(version, by, mode)
    await work_off(str(replay.pk))
    await replay.arefresh_from_db()
    return replay


def by_question(replay: Replay) -> dict[str, Result]:
    rows = replay.results.select_related("case")
    return {row.case.name: row for row in rows}


async def test_a_replay_names_the_tools_and_lets_none_be_used(
    pat: User, prompt: Prompt, claude: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Tool("look", "Look", "For tests.", {"type": "object"}, lambda *_: "Done to somebody!")
    monkeypatch.setitem(TOOLS, "look", look)
    await sync_to_async(a_case)(prompt, pat, "[[sim: tool look {}]] [[sim: text In words.]]")
    replay = await replayed(await sync_to_async(a_version)(prompt, tools=["look"]), pat)
    (found,) = (await sync_to_async(by_question)(replay)).values()
    assert (found.state, found.text, found.stop_reason) == ("done", "In words.", "end_turn")
    (body,) = [record.body for record in claude.sent]
    assert (body["tools"], body["tool_choice"]) == ([look.definition], {"type": "none"})


async def test_each_case_is_asked_by_exactly_that_version_and_checked(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    await sync_to_async(a_case)(prompt, pat, "[[sim: text It is 42.]] A", "contains: 42")
    await sync_to_async(a_case)(prompt, pat, "[[sim: text No.]] B", "contains: 42", "tokens: 99")
    draft = await sync_to_async(a_version)(prompt, "Be very brief.", effort="low")
    replay = await replayed(draft, pat)
    found = await sync_to_async(by_question)(replay)
    assert [(row.state, row.text, row.passed) for row in found.values()].count(
        ("done", "It is 42.", True)
    ) == 1
    told = next(row for row in found.values() if row.text == "No.").verdicts
    assert [(verdict["kind"], verdict["passed"]) for verdict in told] == [
        ("contains", False),
        ("tokens", True),
    ]
    assert {record.body["system"] for record in claude.sent} == {"Be very brief."}
    assert {record.body["output_config"]["effort"] for record in claude.sent} == {"low"}
    assert replay.finished_at


async def test_what_it_costs_stands_in_the_ledger_of_who_began_it(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    await sync_to_async(a_case)(prompt, pat, "Hello?", "graded: It is kind.")
    replay = await replayed(await prompt.versions.aget(), pat)
    calls = [call async for call in Call.objects.order_by("opened_at")]
    assert [(call.purpose, call.user_id) for call in calls] == [
        ("replay", pat.pk),
        ("judge", pat.pk),
    ]
    result = await replay.results.aget()
    assert result.cost == sum(call.cost or 0 for call in calls)
    assert result.verdicts[0]["passed"] is True
    assert "no opinion" in result.verdicts[0]["reason"]


async def test_an_error_belongs_to_its_case_and_stops_no_other(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    await sync_to_async(a_case)(prompt, pat, "[[sim: error 400]]", "lacks: x")
    await sync_to_async(a_case)(prompt, pat, "Hello?")
    replay = await replayed(await prompt.versions.aget(), pat)
    states = Counter([row.state async for row in replay.results.all()])
    assert states == {"failed": 1, "done": 1}
    failed = await replay.results.aget(state="failed")
    assert failed.error


async def test_a_budget_that_is_spent_is_said_at_each_case(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    await sync_to_async(a_case)(prompt, pat, "Hello?")
    replay = await sync_to_async(started)(await prompt.versions.aget(), pat)
    await Budget.objects.acreate(person=pat, period="day", hard=0)
    await work_off(str(replay.pk))
    assert "budget" in (await replay.results.aget()).error.lower()
    assert not claude.sent


async def test_a_process_that_dies_loses_and_repeats_nothing(
    pat: User, prompt: Prompt, claude: Simulator, settings: Settings
) -> None:
    settings.REPLAY_CONCURRENCY = 4
    for number in range(30):
        await sync_to_async(a_case)(prompt, pat, f"Question {number}")
    replay = await sync_to_async(started)(await prompt.versions.aget(), pat)
    dying = asyncio.create_task(work_off(str(replay.pk)))
    while await replay.results.filter(state="done").acount() < 5:
        await asyncio.sleep(0)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    done = {row.pk: row.finished_at async for row in replay.results.filter(state="done")}
    # What a kill leaves behind: results taken, and a hold that nobody renews.
    await replay.results.filter(state="pending").aupdate(state="running")
    past = timezone.now() - timedelta(seconds=1)
    await Replay.objects.filter(pk=replay.pk).aupdate(held_until=past)
    await work_off(str(replay.pk))
    await replay.arefresh_from_db()
    assert replay.finished_at
    assert await replay.results.filter(state="done").acount() == 30
    again = {row.pk: row.finished_at async for row in replay.results.filter(pk__in=done)}
    assert again == done


async def test_two_processes_never_work_on_one_replay(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    for number in range(10):
        await sync_to_async(a_case)(prompt, pat, f"Question {number}")
    replay = await sync_to_async(started)(await prompt.versions.aget(), pat)
    await asyncio.gather(*(work_off(str(replay.pk)) for _ in range(3)))
    assert len(claude.sent) == 10


async def test_a_replay_that_nobody_is_at_is_taken_up_again(pat: User, prompt: Prompt) -> None:
    await sync_to_async(a_case)(prompt, pat, "Hello?")
    replay = await sync_to_async(started)(await prompt.versions.aget(), pat)
    await go_on(0)
    await go_on(0)
    jobs = await sync_to_async(waiting_jobs)()
    assert jobs == [str(replay.pk)]


def waiting_jobs() -> list[str]:
    rows = ProcrastinateJob.objects.filter(task_name="workbench.work_off", status="todo")
    return [row.args["replay_id"] for row in rows]


async def test_stopping_keeps_what_there_is_and_asks_no_more(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    for number in range(3):
        await sync_to_async(a_case)(prompt, pat, f"Question {number}")
    replay = await sync_to_async(started)(await prompt.versions.aget(), pat)
    await sync_to_async(replays.cancel)(replay, pat)
    await work_off(str(replay.pk))
    assert not claude.sent
    assert await replay.results.filter(state="canceled").acount() == 3
    with pytest.raises(Conflict, match="has ended"):
        await sync_to_async(replays.cancel)(replay, pat)


async def test_a_case_that_is_erased_meanwhile_leaves_no_gap(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    for number in range(2):
        await sync_to_async(a_case)(prompt, pat, f"Question {number}")
    replay = await sync_to_async(started)(await prompt.versions.aget(), pat)
    await Case.objects.all().adelete()
    await work_off(str(replay.pk))
    await replay.arefresh_from_db()
    assert replay.finished_at
    assert not claude.sent


async def test_worse_is_what_passed_before_and_does_not_now(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    case = await sync_to_async(a_case)(
        prompt, pat, "[[sim: text No.]]", "contains: 42", answer="It is 42."
    )
    first = await replayed(await prompt.versions.aget(), pat)
    result = await first.results.aget()
    assert (result.was_passed, result.passed, result.is_worse) == (True, False, True)
    assert [r.pk async for r in replays.results_of(first, "worse")] == [result.pk]
    draft = await sync_to_async(a_version)(prompt, "Better.")
    await Case.objects.filter(pk=case.pk).aupdate(checks=[])
    second = await (await replayed(draft, pat)).results.aget()
    assert (second.before_id, second.was_passed, second.is_worse) == (result.pk, False, False)


async def test_evidence_is_the_last_replay_of_exactly_this_version(
    pat: User, prompt: Prompt, claude: Simulator
) -> None:
    await sync_to_async(a_case)(prompt, pat, "Hello?", "lacks: 42")
    version = await prompt.versions.aget()
    replay = await replayed(version, pat)
    evidence = await sync_to_async(evidence_for)(version)
    assert evidence
    assert evidence.told["replay"] == str(replay.pk)
    assert evidence.told["summary"] == "1 of 1 cases passed, 0 worse than before"
    other = await sync_to_async(a_version)(prompt, "Other.")
    assert await sync_to_async(evidence_for)(other) is None


def test_a_replay_needs_cases_of_its_prompt(pat: User, prompt: Prompt) -> None:
    a_case(a_prompt("Other"), pat)
    with pytest.raises(Unusable, match="no cases"):
        started(prompt.versions.get(), pat)
