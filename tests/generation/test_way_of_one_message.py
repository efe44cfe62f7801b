"""The way of one message, from the queue through a real runner and back to a page."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.conversations.models import Conversation, Message
from chatapp.generation import actions, queue
from chatapp.generation.models import Chunk, Run
from chatapp.generation.runner import Runner
from chatapp.live.threads import in_database, patiently
from chatapp.usage.models import Budget, Call
from tests.conftest import a_conversation

pytestmark = pytest.mark.django_db(transaction=True)
FAST = Pace(first=0.01, speed=400, chars=4, jitter=0)


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=FAST) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        settings.DRAIN_SECONDS = 0
        yield simulator


@asynccontextmanager
async def a_runner() -> AsyncIterator[Runner]:
    runner = Runner()
    running = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        runner.drain()
        await asyncio.wait_for(running, 60)


async def asked(owner: User, text: str) -> Run:
    conversation = await in_database(a_conversation, owner, text)
    return await Run.objects.aget(conversation=conversation)


async def until(run: Run, *states: str) -> Run:
    async with asyncio.timeout(60):
        while True:
            run = await patiently(Run.objects.select_related("message").get, pk=run.pk)
            if run.state in states:
                return run
            await asyncio.sleep(0.02)


async def until_chunks(run: Run, number: int) -> None:
    async with asyncio.timeout(20):
        while await patiently(Chunk.objects.filter(run=run).count) < number:
            await asyncio.sleep(0.01)


async def test_an_answer_is_kept_as_claude_wrote_it(ada: User, claude: Simulator) -> None:
    run = await asked(ada, "Explain rain, please.")
    async with a_runner():
        run = await until(run, "done", "failed")
    assert (run.state, run.message.text) == ("done", claude.sent[0].text)
    assert run.message.status == "done"
    assert not await Chunk.objects.filter(run=run).aexists()


async def test_stop_keeps_what_was_written(ada: User, claude: Simulator) -> None:
    run = await asked(ada, "[[sim: giant 20000]] go")
    async with a_runner():
        await until_chunks(run, 3)
        await in_database(actions.stop, run)
        run = await until(run, "stopped", "done")
    assert run.state == "stopped"
    assert run.message.text
    assert claude.sent[0].text.startswith(run.message.text)


async def test_a_queued_answer_stops_without_a_runner(ada: User) -> None:
    run = await asked(ada, "Never mind")
    await in_database(actions.stop, run)
    assert (await until(run, "stopped")).message.status == "stopped"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 429, 500, 529])
async def test_an_error_of_the_api_becomes_a_sentence(
    ada: User, claude: Simulator, status: int
) -> None:
    run = await asked(ada, f"[[sim: error {status}]] [[sim: retry-after 0]] hello")
    async with a_runner():
        run = await until(run, "failed", "done")
    assert run.state == "failed"
    assert run.error_sentence.endswith(".")
    call = await Call.objects.aget(run=run.pk)
    assert call.retries == len(claude.sent) - 1


@pytest.mark.parametrize(
    "fault", ["error-mid overloaded_error after 20", "cut after 20", "no-stop", "stop max_tokens"]
)
async def test_an_answer_that_breaks_off_can_be_continued(
    ada: User, claude: Simulator, fault: str
) -> None:
    run = await asked(ada, f"[[sim: {fault}]] Explain rain")
    async with a_runner():
        first = await until(run, "failed", "done")
        before = first.message.text
        await in_database(actions.go_on, first.message)
        second = await Run.objects.select_related("message").aget(
            conversation=run.conversation_id, finished_at=None
        )
        second = await until(second, "failed", "done")
    assert claude.sent[0].text.startswith(before)
    assert before
    assert second.message_id == run.message_id
    assert len(second.message.seams) == 1
    assert second.message.text.startswith(before)
    asked_of_claude = [r for r in claude.sent if r.body.get("stream")]
    assert len(asked_of_claude) == 2


async def test_an_answer_ends_at_its_deadline(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.RUN_DEADLINE_SECONDS = 1
    run = await asked(ada, "[[sim: stall after 10 for 60]] go")
    async with a_runner():
        run = await until(run, "failed", "done")
    assert (run.state, run.error_type) == ("failed", "deadline")
    assert claude.sent[0].text.startswith(run.message.text)


async def test_an_answer_ends_at_the_longest_that_is_allowed(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.ANSWER_MAX_CHARACTERS = 300
    run = await asked(ada, "[[sim: thinking off]] [[sim: giant 20000]] go")
    async with a_runner():
        run = await until(run, "failed", "done")
    assert run.message.stop_reason == "answer_too_long"
    assert 300 < len(run.message.text) < 20_000
    assert claude.sent[0].text.startswith(run.message.text)


async def test_a_runner_that_drains_interrupts_what_is_left(ada: User, claude: Simulator) -> None:
    run = await asked(ada, "[[sim: giant 50000]] [[sim: speed 50]] go")
    async with a_runner():
        await until_chunks(run, 2)
    run = await until(run, "interrupted", "done")
    assert run.state == "interrupted"
    assert claude.sent[0].text.startswith(run.message.text)


async def test_two_runners_share_the_queue_and_no_run(
    ada: User, ben: User, claude: Simulator
) -> None:
    runs = [await asked(person, "Explain snow") for person in (ada, ben) * 4]
    async with a_runner(), a_runner():
        ended = [await until(run, "done", "failed") for run in runs]
    assert {run.state for run in ended} == {"done"}
    streamed = [record for record in claude.sent if record.body.get("stream")]
    assert len(streamed) == len(runs)


async def test_a_person_has_no_more_answers_at_once_than_allowed(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.RUNS_PER_USER = 2
    runs = [await asked(ada, "[[sim: giant 4000]] go") for _ in range(4)]
    async with a_runner() as runner:
        await until_chunks(runs[1], 1)
        assert set(runner.answers) == {runs[0].pk, runs[1].pk}
        assert [(await until(run, "done", "failed")).state for run in runs] == ["done"] * 4


async def test_a_runner_taken_for_dead_begins_anew(ada: User, claude: Simulator) -> None:
    run = await asked(ada, "[[sim: giant 50000]] [[sim: speed 100]] go")
    async with a_runner() as runner:
        await until_chunks(run, 2)
        await in_database(queue.retire, runner.lease)
        interrupted = await until(run, "interrupted")
        again = await asked(ada, "Explain fog")
        assert (await until(again, "done", "failed")).state == "done"
    kept = await Message.objects.aget(pk=run.message_id)
    assert kept.text == interrupted.message.text
    assert claude.sent[0].text.startswith(kept.text)


async def test_a_deleted_conversation_leaves_the_others_alone(ada: User, claude: Simulator) -> None:
    doomed, other = [await asked(ada, "[[sim: giant 3000]] go") for _ in range(2)]
    async with a_runner():
        await until_chunks(doomed, 2)
        conversation = await Conversation.objects.aget(pk=doomed.conversation_id)
        await in_database(actions.delete, conversation)
        other = await until(other, "done", "failed")
    assert other.state == "done"
    assert other.message.text in [record.text for record in claude.sent]


async def test_a_first_answer_gets_a_title_behind_it(ada: User, claude: Simulator) -> None:
    question = "Why is the sky blue in summer?"
    run = await asked(ada, question)
    async with a_runner():
        await until(run, "done")
        async with asyncio.timeout(20):
            while (await Conversation.objects.aget(pk=run.conversation_id)).title == question:
                await asyncio.sleep(0.05)
    assert any("title" in str(record.body["messages"]) for record in claude.sent)


async def test_a_title_that_fails_leaves_the_answer_as_it_is(ada: User, claude: Simulator) -> None:
    run = await asked(ada, "Why is grass green?")
    async with a_runner():
        run = await until(run, "done")
        claude.script = "[[sim: error 400]]"
        async with asyncio.timeout(20):
            while not any(not record.body.get("stream") for record in claude.sent):
                await asyncio.sleep(0.02)
    assert (await Message.objects.aget(pk=run.message_id)).status == "done"


@pytest.fixture
def own_connection(ada: User) -> Iterator[int]:
    """The backend of this thread, which pytest needs to clean up; the pool is this test's."""
    renew_pool()
    connection.ensure_connection()
    yield connection.connection.info.backend_pid
    renew_pool()


def renew_pool() -> None:
    connection.close()
    connection.close_pool()


async def test_lost_connections_to_postgres_lose_no_word(
    ada: User, claude: Simulator, own_connection: int
) -> None:
    run = await asked(ada, "[[sim: giant 4000]] [[sim: speed 300]] go")
    async with a_runner():
        for number in (1, 10, 20):
            await until_chunks(run, number)
            await patiently(end_all_connections, own_connection)
        run = await until(run, "done", "failed", "interrupted")
    # That of the thread which the next test asks, too: nobody would notice that it is dead.
    await sync_to_async(lambda: connection.close())()
    assert (run.state, run.message.text) == ("done", claude.sent[0].text)


def end_all_connections(but: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            [but],
        )


async def test_an_answer_stands_in_the_ledger_with_what_claude_saw(
    ada: User, claude: Simulator
) -> None:
    run = await asked(ada, "Explain rain, please.")
    async with a_runner():
        run = await until(run, "done", "failed")
    call = await Call.objects.select_related("sent_request").aget(run=run.pk)
    assert (call.purpose, call.stop_reason, call.is_estimate) == ("answer", "end_turn", False)
    assert call.cost
    assert call.output_tokens == run.usage["output_tokens"]
    assert call.first_token_ms is not None
    assert json.loads(call.sent_request.body)["messages"][0]["content"][0]["text"] == (
        "Explain rain, please."
    )


async def test_a_stopped_answer_is_accounted_by_estimate(ada: User, claude: Simulator) -> None:
    run = await asked(ada, "[[sim: giant 20000]] go")
    async with a_runner():
        await until_chunks(run, 3)
        await in_database(actions.stop, run)
        await until(run, "stopped")
    call = await Call.objects.aget(run=run.pk)
    assert call.is_estimate
    assert call.cost
    assert call.settled_at


async def test_who_has_nothing_left_is_told_so_and_nothing_is_sent(
    ada: User, claude: Simulator
) -> None:
    run = await asked(ada, "One more?")
    await Budget.objects.acreate(person=ada, period="day", hard=0)
    async with a_runner():
        run = await until(run, "failed", "done")
    assert run.error_sentence.startswith("Your daily budget is used up. It starts anew on ")
    assert not claude.sent


async def test_a_request_that_is_nearly_full_is_counted_by_the_api_first(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.CONTEXT_MARKS = {"app_cap": 21_000}
    run = await asked(ada, "word " * 2_600)  # some 4,300 tokens of 4,580
    async with a_runner():
        run = await until(run, "done", "failed")
    assert run.state == "done"
    paths = [record.path for record in claude.sent]
    assert paths[:2] == ["/v1/messages/count_tokens", "/v1/messages"]
