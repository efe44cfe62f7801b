"""The queue: views with counts that are right, filters, saved views, pages without gaps."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone

from chatapp.accounts.models import AuditLine, User
from chatapp.conversations.models import Conversation
from chatapp.errors import Unusable
from chatapp.review import queue
from chatapp.review.actions import items
from chatapp.review.models import Item, SavedView
from chatapp.review.queue import Filter, page, tabs
from tests.conftest import a_conversation, a_prompt, browser_of

pytestmark = pytest.mark.django_db


def many(owner: User, number: int, **fields: object) -> list[Item]:
    """Items, each a minute older than the one before."""
    conversations = [Conversation(owner=owner, model="m") for _ in range(number)]
    Conversation.objects.bulk_create(conversations)
    now = timezone.now()
    rows = [
        Item(conversation=c, waiting_since=now - timedelta(minutes=n), **fields)
        for n, c in enumerate(conversations)
    ]
    return Item.objects.bulk_create(rows)


def counts(reader: User) -> dict[str, int | None]:
    return {tab.name: tab.count for tab in tabs(reader)}


def of(query: str) -> Filter:
    return Filter.of(QueryDict(query))


def test_counts_are_those_of_the_views(ada: User, sue: User, tim: User) -> None:
    now = timezone.now()
    many(ada, 2)
    many(ada, 3, assignee=sue)
    many(ada, 4, assignee=tim, status="waiting")
    many(ada, 5, status="snoozed", snoozed_until=now)
    many(ada, 6, status="resolved", resolved_at=now)
    assert counts(sue) == {
        "mine": 3,
        "unassigned": 7,
        "waiting": 5,
        "all": 14,
        "snoozed": 5,
        "resolved": None,
    }
    for name, count in counts(sue).items():
        assert len(page(sue, of(f"view={name}")).items) == (6 if count is None else count)


def test_the_longest_waiting_stand_first_and_pages_have_no_gaps(ada: User, sue: User) -> None:
    rows = many(ada, 120)
    seen: list[Item] = []
    query = "view=all"
    while query:
        given = QueryDict(query)
        shown = page(sue, Filter.of(given), given.get("after", ""))
        seen += shown.items
        query = shown.next
        Item.objects.filter(pk=rows[0].pk).update(waiting_since=timezone.now())
    assert seen == rows[::-1]


def test_filters_take_what_fits(ada: User, ben: User, sue: User) -> None:
    version = a_prompt().versions.get()
    (flagged,) = many(ben, 1, kinds=["thumb", "asked"], version=version, priority=3)
    many(ada, 2, kinds=["sample"])
    items.set_tags(flagged.pk, sue, ["billing"])
    for query in (
        "reason=thumb",
        f"version={version.pk}",
        "tag=billing",
        "priority=3",
        "person=BEN",
    ):
        assert list(page(sue, of(query)).items) == [flagged], query
    assert page(sue, of("reason=thumb&person=ada")).items == []


def test_what_no_filter_knows_is_left_out_of_an_address() -> None:
    chosen = of("view=nonsense&reason=thumb&evil=1&person=%00a")
    assert (chosen.view, chosen.query) == ("waiting", "view=waiting&reason=thumb&person=a")


@pytest.mark.parametrize("place", ["x", "2026-01-01_x", "2026-01-01T00:00:00_", "_", "9" * 99])
def test_a_broken_place_is_said_to_be_one(sue: User, place: str) -> None:
    with pytest.raises(Unusable):
        page(sue, of(""), place)


def test_the_next_item_is_the_one_that_waits_longest_after_it(ada: User, sue: User) -> None:
    newest, middle, oldest = many(ada, 3)
    assert queue.next_after(sue, of("view=all"), oldest) == middle
    assert queue.next_after(sue, of("view=all"), newest) == oldest
    Item.objects.exclude(pk=newest.pk).delete()
    assert queue.next_after(sue, of("view=all"), newest) is None


def test_a_view_is_kept_with_its_name_and_counted(ada: User, sue: User, tim: User) -> None:
    many(ada, 3, priority=3)
    support = browser_of(sue)
    support.post("/review/views/", {"name": "Hot", "query": "view=all&priority=3&x=y"})
    text = support.get("/review/").text
    assert re.search(r'href="\?view=all&amp;priority=3">Hot <span class="tag">3</span>', text)
    assert "Hot" not in browser_of(tim).get("/review/").text
    view = SavedView.objects.get()
    assert browser_of(tim).post(f"/review/views/{view.pk}/delete/").status_code == 404
    support.post(f"/review/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_views_for_all_are_made_by_admins(sue: User, max: User) -> None:
    shared = {"name": "Hot", "query": "view=all", "shared": "1"}
    assert browser_of(sue).post("/review/views/", shared).status_code == 403
    assert browser_of(max).post("/review/views/", shared).status_code == 302
    assert "Hot" in browser_of(sue).get("/review/").text
    assert browser_of(max).post("/review/views/", shared).status_code == 409


def test_the_list_shows_no_words_of_anybody(ada: User, sue: User) -> None:
    thread = a_conversation(ada, "A secret question")
    Item.objects.create(conversation=thread)
    text = browser_of(sue).get("/review/").text
    assert "ada@example.com" in text
    assert "secret" not in text


def test_the_list_costs_the_same_queries_however_long(
    ada: User, sue: User, django_assert_max_num_queries: object
) -> None:
    client = browser_of(sue)
    many(ada, 1)
    client.get("/review/")
    many(ada, 80)
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        client.get("/review/")


def test_an_item_is_claimed_from_the_list(ada: User, sue: User, tim: User) -> None:
    (item,) = many(ada, 1)
    claim = f"/review/items/{item.pk}/claim/"
    assert browser_of(sue).post(claim, headers={"HX-Request": "true"}).status_code == 200
    answer = browser_of(tim).post(claim, headers={"HX-Request": "true"})
    assert (answer.status_code, "sue@example.com has it already" in answer.text) == (409, True)


def test_the_form_of_an_item_changes_what_is_in_it(ada: User, sue: User, tim: User) -> None:
    (item,) = many(ada, 1)
    form = {"assignee": tim.pk, "priority": 0, "tags": "a, b", "wants_two": "1"}
    until = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    snooze = {**form, "status": "snoozed", "until": until}
    assert browser_of(sue).post(f"/review/items/{item.pk}/", snooze).status_code == 302
    item.refresh_from_db()
    assert (item.assignee, item.priority, item.status, item.wants_two) == (tim, 0, "snoozed", True)
    assert {tag.name for tag in item.tags.all()} == {"a", "b"}
    browser_of(sue).post(f"/review/items/{item.pk}/", {"assignee": ""})
    item.refresh_from_db()
    assert item.assignee is None


def test_a_form_that_changes_nothing_writes_nothing(ada: User, sue: User) -> None:
    until = timezone.now() + timedelta(days=1)
    (item,) = many(ada, 1, status="snoozed", snoozed_until=until)
    form = {"assignee": "", "priority": 1, "status": "snoozed", "until": "", "wants_two": "0"}
    assert browser_of(sue).post(f"/review/items/{item.pk}/", form).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.snoozed_until) == ("snoozed", until)
    assert not AuditLine.objects.filter(action__startswith="item.").exists()


def test_work_is_given_to_people_of_the_room_alone(ada: User, sue: User) -> None:
    (item,) = many(ada, 1)
    answer = browser_of(sue).post(f"/review/items/{item.pk}/", {"assignee": ada.pk})
    assert answer.status_code == 422


def test_the_database_refuses_a_second_item_and_a_broken_state(ada: User) -> None:
    (item,) = many(ada, 1)
    broken = [
        {"conversation": item.conversation},
        {"conversation": a_conversation(ada), "status": "resolved"},
        {"conversation": a_conversation(ada), "status": "snoozed"},
        {"conversation": a_conversation(ada), "status": "lost"},
    ]
    for fields in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.create(**fields)
