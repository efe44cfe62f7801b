"""What the ledger forgets by age, and what it keeps."""

import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.generation.models import Run
from chatapp.live.threads import in_database
from chatapp.usage import retention, tasks
from chatapp.usage.models import Call, SentRequest
from chatapp.usage.retention import forget_calls, forget_requests
from tests.conftest import a_thread
from tests.usage.asking import asked, paid

pytestmark = pytest.mark.django_db


def aged(days: int, call: Call) -> Call:
    Call.objects.filter(pk=call.pk).update(opened_at=timezone.now() - timedelta(days=days))
    return call


def test_old_requests_go_and_their_sums_stay(ada: User) -> None:
    old, young = aged(31, paid(ada, 1)), aged(29, paid(ada, 2))
    assert forget_requests(30) == 1
    assert SentRequest.objects.get().call == young
    assert set(Call.objects.all()) == {old, young}


def test_old_calls_go_with_what_they_sent(ada: User) -> None:
    aged(41, paid(ada, 1))
    young = aged(39, paid(ada, 2))
    assert forget_calls(40) == 1
    assert Call.objects.get() == young
    assert SentRequest.objects.get().call == young


def test_zero_days_are_for_ever(ada: User) -> None:
    aged(10_000, paid(ada, 1))
    assert (forget_requests(0), forget_calls(0)) == (0, 0)


def test_an_open_call_is_kept_whatever_its_age(ada: User) -> None:
    aged(100, asked(ada))
    assert (forget_requests(1), forget_calls(32)) == (0, 0)


def test_an_answer_outlives_its_call(ada: User) -> None:
    thread = a_thread(ada)
    run = Run.objects.get(conversation=thread)
    run.call = aged(50, paid(ada, 1))
    run.save()
    forget_calls(40)
    run.refresh_from_db()
    assert run.call is None


@pytest.mark.django_db(transaction=True)
async def test_the_task_works_off_everything_in_batches(
    ada: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    settings.ENV = dataclasses.replace(settings.ENV, keep_requests_days=30, keep_calls_days=60)
    await in_database(some_of_each_age, ada)
    await tasks.forget(0)
    assert await Call.objects.acount() == 6
    assert await SentRequest.objects.acount() == 1


def some_of_each_age(user: User) -> None:
    for days in (100, 100, 100, 50, 50, 50, 50, 50, 10):
        aged(days, paid(user, 1))
