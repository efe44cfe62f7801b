"""Sending: one message is one question, one empty answer and one run."""

import uuid

from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.conversations.models import Message
from chatapp.generation.models import Run
from chatapp.usage.models import Budget
from tests.conftest import a_thread, browser_of


def test_a_message_sent_ten_times_is_one_message_and_one_run(ada: User) -> None:
    conversation = a_thread(ada)
    browser, message_id = browser_of(ada), uuid.uuid4()
    before = Message.objects.count(), Run.objects.count()
    for _ in range(10):
        reply = browser.post(
            f"/c/{conversation.pk}/messages/",
            {"message_id": message_id, "text": "Once"},
            headers={"HX-Request": "true"},
        )
        assert reply.status_code == 200
        assert str(message_id) in reply.text
    assert (Message.objects.count(), Run.objects.count()) == (before[0] + 2, before[1] + 1)


def test_a_message_over_budget_is_refused_and_not_written(ada: User) -> None:
    conversation = a_thread(ada)
    Budget.objects.create(person=ada, period="day", hard=0)
    before = Message.objects.count()
    reply = browser_of(ada).post(
        f"/c/{conversation.pk}/messages/",
        {"message_id": uuid.uuid4(), "text": "One more"},
        headers={"HX-Request": "true"},
    )
    assert reply.status_code == 402
    assert "Your daily budget is used up" in reply.text
    assert Message.objects.count() == before


def test_a_message_that_fits_into_no_request_is_refused_before_it_is_kept(
    ada: User, settings: Settings
) -> None:
    conversation = a_thread(ada)
    settings.CONTEXT_MARKS = {"app_cap": 20_000}
    before = Message.objects.count()
    reply = browser_of(ada).post(
        f"/c/{conversation.pk}/messages/",
        {"message_id": uuid.uuid4(), "text": "word " * 3_000},
        headers={"HX-Request": "true"},
    )
    assert reply.status_code == 413
    assert "about 5,0" in reply.text
    assert Message.objects.count() == before
