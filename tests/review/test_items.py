"""Items: claimed once, with clocks that stand still, and awake in time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from chatapp.accounts.models import AuditLine, User
from chatapp.conversations.flags import flag
from chatapp.errors import ChatappError, Conflict, NotThere, Unusable
from chatapp.review.actions import items
from chatapp.review.models import Item, Room
from chatapp.review.tasks import warn
from tests.conftest import a_thread
from tests.review.conftest import take_everything_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clocks(db: None) -> None:
    Room.objects.create(respond_minutes=60, resolve_minutes=240)


def later(item: Item, monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """Have it be so much later than when the item came in."""
    then = item.entered_at + timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: then)


def test_who_claims_has_it_and_a_colleague_is_told_who(item: Item, sue: User, tim: User) -> None:
    items.claim(item.pk, sue)
    items.claim(item.pk, sue)
    with pytest.raises(Conflict, match=r"sue@example\.com has it"):
        items.claim(item.pk, tim)
    assert AuditLine.objects.filter(action="item.assigned").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_gets_it(item: Item, sue: User, tim: User) -> None:
    start, refused = Barrier(2), []

    def claim(person: User) -> None:
        start.wait()
        try:
            items.claim(item.pk, person)
        except Conflict:
            refused.append(person)
        finally:
            connection.close()

    threads = [Thread(target=claim, args=[person]) for person in (sue, tim)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    item.refresh_from_db()
    assert {item.assignee, *refused} == {sue, tim}


def test_clocks_start_with_the_item(clocks: None, item: Item) -> None:
    assert item.respond_by == item.entered_at + timedelta(minutes=60)
    assert item.resolve_by == item.entered_at + timedelta(minutes=240)
    assert item.due == item.respond_by


def test_clocks_stand_still_while_an_item_is_snoozed(
    clocks: None, item: Item, sue: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = item.respond_by
    later(item, monkeypatch, minutes=10)
    items.set_status(item.pk, sue, "snoozed", timezone.now() + timedelta(minutes=30))
    item.refresh_from_db()
    assert item.due is None
    later(item, monkeypatch, minutes=41)
    assert items.wake() == 1
    item.refresh_from_db()
    assert before
    assert (item.status, item.snoozed_until) == ("open", None)
    assert item.respond_by == before + timedelta(minutes=31)


def test_nothing_wakes_before_its_time(item: Item, sue: User) -> None:
    items.set_status(item.pk, sue, "snoozed", timezone.now() + timedelta(minutes=30))
    assert items.wake() == 0


@pytest.mark.parametrize(
    "until", [None, datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())]
)
def test_snoozing_needs_a_time_to_come(item: Item, sue: User, until: datetime | None) -> None:
    with pytest.raises(Unusable, match="until when"):
        items.set_status(item.pk, sue, "snoozed", until)


def test_an_assignee_is_warned_once_before_a_time_is_missed(
    clocks: None,
    item: Item,
    sue: User,
    monkeypatch: pytest.MonkeyPatch,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    items.claim(item.pk, sue)
    assert warn() == []
    later(item, monkeypatch, minutes=50)
    with django_capture_on_commit_callbacks(execute=True):
        assert warn() == [item]
        assert warn() == []
    (mail,) = mailoutbox
    assert mail.to == ["sue@example.com"]
    assert "Due in the support room" in mail.subject


def test_after_the_first_response_the_other_clock_counts(clocks: None, item: Item) -> None:
    items.responded(item.conversation_id)
    item.refresh_from_db()
    assert (item.status, item.due) == ("waiting", None)
    items.reopen(Item.objects.get())
    item.refresh_from_db()
    assert item.due == item.resolve_by


def test_priority_tags_and_two_reviewers_are_kept_and_told(item: Item, sue: User) -> None:
    items.set_priority(item.pk, sue, 3)
    items.set_tags(item.pk, sue, ["Billing ", "", "urgent  case"])
    items.set_wants_two(item.pk, sue, on=True)
    item.refresh_from_db()
    assert (item.priority, item.wants_two) == (3, True)
    assert [tag.name for tag in item.tags.all()] == ["Billing", "urgent case"]


@pytest.mark.parametrize(
    "change",
    [
        lambda pk, by: items.set_status(pk, by, "gone"),
        lambda pk, by: items.set_priority(pk, by, 9),
        lambda pk, by: items.set_tags(pk, by, [str(n) for n in range(21)]),
    ],
)
def test_what_does_not_exist_is_refused(item: Item, sue: User, change: object) -> None:
    with pytest.raises(ChatappError):
        change(item.pk, sue)  # type: ignore[operator]


def test_an_item_that_is_gone_is_not_there(item: Item, sue: User) -> None:
    item.delete()
    with pytest.raises(NotThere):
        items.claim(item.pk, sue)


def test_no_conversation_stands_in_the_queue_twice(ada: User) -> None:
    thread = a_thread(ada)
    for kind in ("colleague", "asked", "failed"):
        flag(thread.pk, kind)
        take_everything_in()
    assert Item.objects.filter(conversation=thread).count() == 1
