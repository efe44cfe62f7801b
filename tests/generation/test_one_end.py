"""A run has one end, whoever comes first; a runner that lost its lease writes no more."""

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.conversations.models import Message
from chatapp.generation import actions, log, queue
from chatapp.generation.finish import Ending, finish
from chatapp.generation.log import LeaseLost, Piece
from chatapp.generation.models import Chunk, Run, Runner
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.models import Call
from tests.conftest import a_conversation

pytestmark = pytest.mark.django_db(transaction=True)


def a_claimed_run(owner: User, *texts: str) -> tuple[Runner, Run]:
    """A run that a runner has begun to write."""
    runner = Runner.objects.create()
    a_conversation(owner)
    (run,) = queue.claim(runner.pk, 10)
    start = 0
    for text in texts:
        log.write(runner.pk, [Piece(run.pk, start, 0, "text", text)], {run.pk: "writing"})
        start += len(text)
    return runner, run


def at_once(*steps: Callable[[], object]) -> None:
    """All steps in threads that begin together, give or take chance."""
    barrier = threading.Barrier(len(steps))

    def step(work: Callable[[], object]) -> None:
        barrier.wait()
        threading.Event().wait(random.uniform(0, 0.004))
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(step, steps))


def ending(run: Run, state: str, text: str = "all of it") -> Ending:
    return Ending(run.pk, state, content=[{"type": "text", "text": text}])


def test_what_is_written_twice_stands_once(ada: User) -> None:
    runner, run = a_claimed_run(ada, "Hello ")
    again = [Piece(run.pk, 0, 0, "text", "Hello "), Piece(run.pk, 6, 0, "text", "you")]
    for _ in range(2):
        assert log.write(runner.pk, again, {}) == {run.pk}
    kept = log.recovered(log.read(run.pk, 0)).content
    assert kept == [{"type": "text", "text": "Hello you"}]
    assert log.ends([run.pk]) == {run.pk: 9}


def test_a_deleted_run_hurts_no_other_of_its_tick(ada: User, ben: User) -> None:
    runner, run = a_claimed_run(ada)
    gone = Piece(uuid.uuid4(), 0, 0, "text", "x")
    assert log.write(runner.pk, [gone, Piece(run.pk, 0, 0, "text", "y")], {}) == {run.pk}
    assert Chunk.objects.count() == 1


def test_a_dead_runner_leaves_everything_that_was_committed(ada: User) -> None:
    runner, run = a_claimed_run(ada, "Once upon ", "a time")
    assert queue.retire(runner.pk) == 1
    message = Message.objects.get(pk=run.message_id)
    assert (message.text, message.status) == ("Once upon a time", "interrupted")
    assert not Chunk.objects.exists()


def test_a_dead_runner_that_was_to_stop_has_stopped(ada: User) -> None:
    runner, run = a_claimed_run(ada, "Once")
    actions.stop(run)
    queue.retire(runner.pk)
    run.refresh_from_db()
    assert run.state == "stopped"


def test_whoever_lost_the_lease_writes_and_ends_nothing(ada: User) -> None:
    runner, run = a_claimed_run(ada, "Once")
    queue.retire(runner.pk)
    with pytest.raises(LeaseLost):
        log.write(runner.pk, [Piece(run.pk, 4, 0, "text", " more")], {})
    with pytest.raises(LeaseLost):
        finish([ending(run, "done")], held_by=runner.pk)
    assert Message.objects.get(pk=run.message_id).text == "Once"


@pytest.mark.parametrize("round", range(12))
def test_a_commit_and_a_retirement_at_once_agree(ada: User, round: int) -> None:
    runner, run = a_claimed_run(ada, "Once")
    committed = []

    def write() -> None:
        try:
            log.write(runner.pk, [Piece(run.pk, 4, 0, "text", " more")], {})
            committed.append(" more")
        except LeaseLost:
            pass

    at_once(write, lambda: queue.retire(runner.pk))
    assert Message.objects.get(pk=run.message_id).text == "Once" + "".join(committed)
    assert not Chunk.objects.exists()


@pytest.mark.parametrize("round", range(12))
def test_finish_stop_and_crash_at_once_give_one_end(ada: User, round: int) -> None:
    runner, run = a_claimed_run(ada, "all of it")
    ended: list[Run] = []

    def done() -> None:
        with suppress(LeaseLost):
            ended.extend(finish([ending(run, "done")], held_by=runner.pk))

    at_once(done, done, lambda: actions.stop(run), lambda: queue.retire(runner.pk))
    run.refresh_from_db()
    message = Message.objects.get(pk=run.message_id)
    assert run.finished_at is not None
    assert len(ended) == (run.state == "done")
    assert (message.text, message.status) == ("all of it", run.state)


@pytest.mark.parametrize("round", range(8))
def test_two_stops_of_a_queued_run_are_one(ada: User, round: int) -> None:
    conversation = a_conversation(ada)
    run = Run.objects.get(conversation=conversation)
    runner = Runner.objects.create()
    at_once(
        lambda: actions.stop(Run.objects.get(pk=run.pk)),
        lambda: actions.stop(Run.objects.get(pk=run.pk)),
        lambda: queue.claim(runner.pk, 10),
    )
    run.refresh_from_db()
    wanted = queue.stops_wanted(runner.pk)
    assert (run.state, wanted) in [("stopped", []), ("waiting", [run.pk])]


def test_the_queue_is_taken_in_order_and_within_the_limit(
    ada: User, ben: User, settings: Settings
) -> None:
    settings.RUNS_PER_USER = 2
    for owner in (ada, ada, ada, ben):
        a_conversation(owner)
    runs = list(Run.objects.order_by("created_at"))
    taken = queue.claim(Runner.objects.create().pk, 10)
    assert taken == [runs[0], runs[1], runs[3]]


@pytest.mark.parametrize("round", range(6))
def test_claimers_at_once_share_nothing_and_keep_the_limit(
    ada: User, settings: Settings, round: int
) -> None:
    settings.RUNS_PER_USER = 3
    for _ in range(6):
        a_conversation(ada)
    taken: list[Run] = []
    runners = [Runner.objects.create().pk for _ in range(4)]
    at_once(*[lambda pk=pk: taken.extend(queue.claim(pk, 2)) for pk in runners])  # type: ignore[misc]
    assert len(taken) == len(set(taken)) == 3


def test_a_runner_without_a_sign_of_life_is_noticed(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, run = a_claimed_run(ada, "Once")
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    watch = queue.Watch()
    for _ in range(4):
        assert watch.look() == 0
        now[0] += 2.0
    assert watch.look() == 1
    run.refresh_from_db()
    assert run.state == "interrupted"


@pytest.mark.parametrize("reason", ["signs", "gap"])
def test_a_runner_that_lives_or_was_not_looked_at_is_left(
    ada: User, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    runner, _ = a_claimed_run(ada)
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    watch = queue.Watch()
    for _ in range(12):
        assert watch.look() == 0
        if reason == "signs":
            queue.sign_of_life(runner.pk)
        now[0] += 2.0 if reason == "signs" else 30.0


def test_the_call_of_a_dead_runner_is_accounted_by_estimate(ada: User) -> None:
    runner, run = a_claimed_run(ada, "x" * 300)
    request = Request(model=run.model, max_tokens=9, messages=[{"role": "user", "content": "?"}])
    call = open_call(Asking(Call.Purpose.ANSWER, request, ada.pk, run.conversation_id, run.pk))
    assert queue.retire(runner.pk) == 1
    call.refresh_from_db()
    assert (call.error_type, call.output_tokens, call.is_estimate) == ("lost", 100, True)
