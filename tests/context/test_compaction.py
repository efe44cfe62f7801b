"""Notes are made behind the answers, once, and not again and again when it fails."""

import dataclasses
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.context import actions, work
from chatapp.context.models import Attempt, Summary
from chatapp.context.summarize import BadNotes
from chatapp.context.tasks import compact
from chatapp.conversations.actions import delete
from chatapp.conversations.models import Conversation, Message
from chatapp.live.threads import in_database
from tests.context.trees import (
    a_tree,
    added,
    compacted,
    extracted,
    kept,
    planned,
    put_leaf,
    reply,
    text,
    with_turns,
)

pytestmark = [pytest.mark.usefixtures("small_marks"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        yield simulator


@pytest.fixture
def tree(ada: User) -> Conversation:
    """Eight turns, which is more than the high mark."""
    tree = a_tree(ada)
    with_turns(tree, 8)
    return tree


def saying(owner: User, directive: str) -> Conversation:
    """Such a conversation with what the simulator will do about its notes."""
    tree = a_tree(owner)
    added(tree, "user", text(f"[[sim: {directive}]] {'x' * 200}"))
    added(tree, "assistant", text("Well."))
    with_turns(tree, 8)
    return tree


def failed(tree: Conversation, times: int) -> None:
    for _ in range(times):
        todo = work.next_work(tree.pk)
        assert todo is not None
        work.note_failure(todo, "empty")


async def test_a_job_makes_notes_until_the_tail_is_short(ada: User, claude: Simulator) -> None:
    tree = await in_database(saying, ada, "text - the notes")
    await compact(str(tree.pk))
    row = await Summary.objects.aget()
    assert (row.text, row.request_id != "") == ("- the notes", True)
    assert row.cost is not None
    assert row.cost > 0
    assert len(claude.sent) == 1
    attempt = await Attempt.objects.aget()
    assert (attempt.failure, attempt.ended_at is not None) == ("", True)


@pytest.mark.parametrize(
    ("directive", "why"),
    [
        ("refusal", "refusal"),
        ("stop max_tokens", "max_tokens"),
        ("giant 9000", "too long"),
        ("error 400", "InvalidRequest"),
        ("slow-start 30", "TimeoutError"),
    ],
)
async def test_a_failing_summarizer_leaves_no_row_but_an_account(
    ada: User, claude: Simulator, settings: Settings, directive: str, why: str
) -> None:
    settings.SUMMARY_SECONDS = 0.3
    tree = await in_database(saying, ada, directive)
    await compact(str(tree.pk))
    assert not await Summary.objects.aexists()
    assert (await Attempt.objects.aget()).failure == why


async def test_a_job_for_what_was_deleted_ends_quietly(tree: Conversation) -> None:
    id = str(tree.pk)
    await in_database(delete, tree)
    await compact(id)
    assert not await Attempt.objects.aexists()


def test_nothing_is_to_do_below_the_high_mark(ada: User) -> None:
    tree = a_tree(ada)
    assert work.next_work(tree.pk) is None
    with_turns(tree, 4)
    assert work.next_work(tree.pk) is None
    assert work.next_work(tree.pk, "return") is not None


def test_two_workers_at_once_make_one_call(tree: Conversation) -> None:
    def look(_: int) -> work.Work | None:
        try:
            return work.next_work(tree.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = [todo for todo in pool.map(look, range(4)) if todo]
    assert len(found) == 1


def test_two_workers_at_once_make_one_row(tree: Conversation) -> None:
    todo = work.next_work(tree.pk)
    assert todo is not None
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=6))
    other = work.next_work(tree.pk)
    assert other is not None

    def finish(one: work.Work) -> Summary:
        try:
            return kept(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        rows = set(pool.map(finish, [todo, other]))
    assert rows == {Summary.objects.get()}


def test_an_attempt_that_never_ended_is_given_up(tree: Conversation) -> None:
    assert work.next_work(tree.pk)
    assert work.next_work(tree.pk) is None
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=6))
    assert work.next_work(tree.pk)


def test_after_three_failures_in_a_row_only_every_tenth_turn_is_tried(tree: Conversation) -> None:
    failed(tree, 3)
    assert work.next_work(tree.pk) is None
    with_turns(tree, 9)
    assert work.next_work(tree.pk) is None
    with_turns(tree, 1)
    failed(tree, 1)
    assert work.next_work(tree.pk) is None


def test_a_success_closes_the_breaker(tree: Conversation) -> None:
    failed(tree, 2)
    assert compacted(tree)
    with_turns(tree, 8)
    failed(tree, 2)
    assert work.next_work(tree.pk)


def test_a_person_may_always_ask(tree: Conversation) -> None:
    failed(tree, 3)
    assert work.next_work(tree.pk, "hand")


def test_many_rows_become_few_and_keep_their_order(tree: Conversation) -> None:
    with_turns(tree, 60)
    rows = compacted(tree)
    merged = [row for row in rows if row.level]
    assert merged
    for row in merged:
        parts = [Summary.objects.get(pk=id) for id in row.sources]
        assert row.message_ids == [id for part in parts for id in part.message_ids]
        assert (row.before_id, row.last_id) == (parts[0].before_id, parts[-1].last_id)


def test_rows_of_other_words_are_not_merged(tree: Conversation) -> None:
    with_turns(tree, 60)
    while (todo := work.next_work(tree.pk)) and not todo.row.sources:
        kept(todo)
    assert todo is not None
    work.note_failure(todo, "x")
    Summary.objects.filter(pk=todo.row.sources[1]).update(digest="0" * 64)
    assert work.next_work(tree.pk) is None


def test_a_merge_that_a_correction_overtook_is_dropped(tree: Conversation, ada: User) -> None:
    with_turns(tree, 60)
    while (todo := work.next_work(tree.pk)) and not todo.row.sources:
        kept(todo)
    assert todo is not None
    actions.correct_notes(Summary.objects.get(pk=todo.row.sources[0]), "- mended", ada)
    assert work.keep(todo, extracted(todo.request)) is None
    assert not Summary.objects.filter(level=1).exists()


def test_notes_are_kept_even_if_their_branch_was_left(tree: Conversation) -> None:
    path, todo = Message.objects.path_to(tree.current_leaf_id), work.next_work(tree.pk)
    assert todo is not None
    put_leaf(tree, path[3].pk)
    row = kept(todo)
    assert planned(tree).covered_until is None
    put_leaf(tree, path[-1].pk)
    assert planned(tree).covered_until == row.last_id


def test_bad_notes_leave_the_attempt_to_be_counted(tree: Conversation) -> None:
    todo = work.next_work(tree.pk)
    assert todo is not None
    todo.row.tokens_before = 5
    with pytest.raises(BadNotes, match="longer than its source"):
        work.keep(todo, reply("- notes that are longer than what they stand for"))
    assert Attempt.objects.get().ended_at is None


def test_one_job_waits_for_a_conversation_at_most(tree: Conversation) -> None:
    actions.compact_later(tree.pk)
    actions.compact_later(tree.pk, "hand")
    jobs = ProcrastinateJob.objects.filter(task_name="context.compact")
    assert [job.args for job in jobs] == [{"conversation_id": str(tree.pk), "occasion": "full"}]
