"""What Claude saw: shown to administrators on record, and to owners where that is allowed."""

import dataclasses
import json

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.conversations.models import Conversation, ReadRecord
from chatapp.generation.models import Run
from chatapp.usage.ledger import Asking, open_call
from tests.conftest import a_thread, browser_of, flagged

pytestmark = pytest.mark.django_db


def sent(conversation: Conversation, *texts: str) -> Run:
    """A finished run whose request held those texts."""
    message = conversation.messages.get(role="assistant")
    run = Run.objects.create(
        conversation=conversation,
        message=message,
        owner=conversation.owner,
        model="claude-sonnet-5-5",
        state="done",
        finished_at=message.created_at,
    )
    turns = [{"role": "user", "content": [{"type": "text", "text": text}]} for text in texts]
    request = Request(model=run.model, max_tokens=9, messages=turns)
    parts = [{"kind": "message", "id": str(message.pk), "at": 0}]
    asking = Asking("answer", request, run.owner_id, conversation.pk, run.pk, parts=parts)
    run.call = open_call(asking)
    run.save()
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
