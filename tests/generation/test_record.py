"""What Claude saw: shown to administrators on record, and to owners where that is allowed."""

import dataclasses
import json
import uuid
from decimal import Decimal

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.conversations.models import Conversation, Message, ReadRecord
from chatapp.generation.actions import send
from chatapp.generation.entries import article, path_entries
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run
from chatapp.usage.ledger import Asking, Outcome, open_call, settle
from chatapp.usage.models import Call
from tests.conftest import a_thread, browser_of, flagged

pytestmark = pytest.mark.django_db
CALL = {"type": "tool_use", "id": "a", "name": "look", "input": {}}


def sent(conversation: Conversation, *texts: str) -> Run:
    """A finished run whose request held those texts."""
    return another_round(a_run(conversation), *texts)


def a_run(conversation: Conversation) -> Run:
    message = conversation.messages.get(role="assistant")
    return Run.objects.create(
        conversation=conversation,
        message=message,
        owner=conversation.owner,
        model="claude-sonnet-5-5",
        state="done",
        finished_at=message.created_at,
    )


def another_round(run: Run, *texts: str, **usage: int) -> Run:
    """One more request of a run, with those texts; Claude used so many tokens."""
    turns = [{"role": "user", "content": [{"type": "text", "text": text}]} for text in texts]
    request = Request(model=run.model, max_tokens=9, messages=turns)
    parts = [{"kind": "message", "id": str(run.message_id), "at": 0}]
    asking = Asking("answer", request, run.owner_id, run.conversation_id, run.pk, parts=parts)
    call = open_call(asking)
    if usage:
        settle([Outcome(call.pk, usage, "end_turn", first_token_ms=7, total_ms=1_000)])
    run.call_id = call.pk
    run.save(update_fields=["call"])
    return run


@pytest.fixture
def shown_to_owners(settings: Settings) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, show_requests=True)


def test_an_admin_sees_every_part_and_leaves_a_record(ada: User, max: User) -> None:
    run = sent(flagged(a_thread(ada)), "Tell me <b>all</b>")
    page = browser_of(max).get(f"/runs/{run.pk}/request/").text
    assert run.call
    assert run.call.sent_request.digest in page
    assert "Tell me &lt;b&gt;all&lt;/b&gt;" in page
    record = ReadRecord.objects.get()
    assert (record.reader, record.conversation) == (max, run.conversation)
    assert str(run.pk) in record.what


def test_the_owner_sees_it_only_where_that_is_allowed(ada: User, ben: User) -> None:
    run = sent(a_thread(ada), "Hello")
    for person in (ada, ben):
        assert browser_of(person).get(f"/runs/{run.pk}/request/").status_code == 404
    assert not ReadRecord.objects.exists()


def test_the_owner_s_own_look_is_not_on_record(ada: User, ben: User, shown_to_owners: None) -> None:
    run = sent(a_thread(ada), "Hello")
    assert browser_of(ada).get(f"/runs/{run.pk}/request/").status_code == 200
    assert browser_of(ben).get(f"/runs/{run.pk}/request/").status_code == 404
    assert not ReadRecord.objects.exists()


def test_the_difference_is_what_came_to_the_request_before(
    ada: User, shown_to_owners: None
) -> None:
    thread = a_thread(ada)
    sent(thread, "First question")
    second = sent(thread, "First question", "Second question")
    page = browser_of(ada).get(f"/runs/{second.pk}/request/").text
    changes = page.partition("Changes since")[2].partition("The whole body")[0]
    assert "Second question" in changes
    assert "First question" not in changes


def test_the_thread_links_to_it_only_where_that_is_allowed(
    ada: User, shown_to_owners: None, settings: Settings
) -> None:
    run = sent(a_thread(ada), "Hello")
    link = f"/runs/{run.pk}/request/"
    assert link in browser_of(ada).get(f"/c/{run.conversation_id}/").text
    settings.ENV = dataclasses.replace(settings.ENV, show_requests=False)
    assert link not in browser_of(ada).get(f"/c/{run.conversation_id}/").text


def test_the_body_on_record_is_what_goes_over_the_wire(ada: User) -> None:
    run = sent(a_thread(ada), "Grüße")
    assert run.call
    assert json.loads(run.call.sent_request.body)["messages"][0]["content"][0]["text"] == "Grüße"


def test_every_round_of_a_run_is_shown_and_linked(ada: User, max: User) -> None:
    run = sent(flagged(a_thread(ada)), "The question")
    another_round(run, "The question", "The first result")
    another_round(run, "The question", "The first result", "The second result")
    page, browser = f"/runs/{run.pk}/request/", browser_of(max)
    last, second = browser.get(page).text, browser.get(f"{page}?round=2").text
    assert [last.count(f'href="?round={number}"') for number in range(5)] == [0, 1, 1, 1, 0]
    assert "Round 3 of 3" in last
    assert "The second result" in last
    assert "The second result" not in second
    changes = second.partition("Changes since")[2].partition("The whole body")[0]
    assert "The first result" in changes
    assert "The question" not in changes


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "9999999999"])
def test_a_round_that_there_was_not_is_not_there(ada: User, max: User, number: str) -> None:
    run = another_round(sent(flagged(a_thread(ada)), "The question"), "More")
    answer = browser_of(max).get(f"/runs/{run.pk}/request/?round={number}")
    assert answer.status_code == 404
    assert not ReadRecord.objects.exists()


def test_a_run_of_one_round_speaks_of_none(ada: User, max: User) -> None:
    run = sent(flagged(a_thread(ada)), "The question")
    assert "Round " not in browser_of(max).get(f"/runs/{run.pk}/request/").text


def test_the_rounds_of_somebody_else_are_not_there_either(
    ada: User, ben: User, shown_to_owners: None
) -> None:
    run = another_round(sent(a_thread(ada), "Hello"), "More")
    assert browser_of(ada).get(f"/runs/{run.pk}/request/?round=1").status_code == 200
    assert browser_of(ben).get(f"/runs/{run.pk}/request/?round=1").status_code == 404


def with_tools(conversation: Conversation, *rounds: dict[str, int]) -> Run:
    """A run in which a tool was called between its rounds, each of that usage."""
    run = a_run(conversation)
    Message.objects.filter(pk=run.message_id).update(content=[CALL, *run.message.content])
    for usage in rounds:
        another_round(run, "Hello", **usage)
    return run


def test_what_stands_under_an_answer_is_the_cost_of_all_its_rounds(ada: User) -> None:
    first, second = {"input_tokens": 1_000}, {"input_tokens": 1_500, "output_tokens": 100}
    run = with_tools(flagged(a_thread(ada)), first, second)
    entry = path_entries(run.conversation)[-1]
    assert entry.call
    assert (entry.call.all_input_tokens, entry.call.output_tokens) == (2_500, 100)
    assert (entry.call.first_token_ms, entry.call.total_ms) == (7, 2_000)
    # Sonnet 5.5: 2 dollars a million in, 10 out.
    assert entry.call.cost == Decimal("0.006")
    assert "2,600 tokens, $0.0060" in article(entry)


def test_the_staff_reads_the_cost_of_all_rounds(ada: User, sue: User) -> None:
    usage = {"input_tokens": 1_000, "output_tokens": 100}
    run = with_tools(flagged(a_thread(ada)), usage, usage)
    page = browser_of(sue).get(f"/review/threads/{run.conversation_id}/").text
    assert "<dd>$0.0060</dd>" in page
    assert "<dd>2,000 in, 200 out</dd>" in page
    assert "<dd>7 ms of 2,000 ms</dd>" in page


def test_a_cost_that_is_known_of_one_round_only_is_unknown(ada: User) -> None:
    run = with_tools(a_thread(ada), {"input_tokens": 1_000}, {"input_tokens": 1_000})
    Call.objects.filter(pk=run.call_id).update(cost=None, is_estimate=True)
    call = path_entries(run.conversation)[-1].call
    assert call
    assert (call.cost, call.is_estimate, call.all_input_tokens) == (None, True, 2_000)


@pytest.mark.parametrize("has_tools", [False, True])
def test_the_rounds_of_a_long_thread_cost_one_query_where_there_are_any(
    ada: User, has_tools: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    thread = a_thread(ada)
    with_tools(thread, {}) if has_tools else sent(thread)
    for _ in range(3):
        send(ada, thread.pk, uuid.uuid4(), "And?", "")
        run = Run.objects.live().get(conversation=thread)
        finish([Ending(run.pk, "done", content=[CALL] if has_tools else [])])
        another_round(run, "And?")
    thread.refresh_from_db()
    with django_assert_num_queries(5 if has_tools else 4):
        assert all(entry.call for entry in path_entries(thread) if entry.run)
