"""The list of conversations: its order, its groups, its pages."""

import random
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.chat.listing import PAGE, Listing, day_label, listing
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Unusable
from chatapp.usage import offers
from tests.conftest import a_thread, browser_of


def titles(shown: Listing) -> list[str]:
    return [c.title for _, group in shown.groups for c in group]


def rows(owner: User, number: int) -> None:
    now = timezone.now()
    Conversation.objects.bulk_create(
        Conversation(
            owner=owner,
            title=f"t{at}",
            model="m",
            # Many at the same moment, as an import would make them.
            active_at=now - timedelta(hours=random.randint(0, 20)),
            pinned_at=now if at % 50 == 0 else None,
        )
        for at in range(number)
    )


def test_pages_lose_and_repeat_nothing(ada: User, ben: User) -> None:
    rows(ada, 200)
    rows(ben, 5)
    seen, cursor = Counter[str](), ""
    while True:
        page = listing(ada, before=cursor)
        seen.update(titles(page))
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == Counter(f"t{at}" for at in range(200))


def test_pinned_ones_stand_first_then_the_newest(ada: User) -> None:
    rows(ada, 120)
    page = listing(ada)
    assert page.groups[0][0] == "Pinned"
    unpinned = [c.active_at for label, group in page.groups[1:] for c in group]
    assert unpinned == sorted(unpinned, reverse=True)
    assert len(titles(page)) == PAGE


@pytest.mark.parametrize(
    ("days", "label"),
    [(0, "Today"), (1, "Yesterday"), (2, "Previous 7 days"), (7, "Previous 7 days")],
)
def test_days_are_called_as_people_call_them(days: int, label: str) -> None:
    assert day_label(timezone.now() - timedelta(days=days)) == label


def test_what_is_older_is_called_by_its_month() -> None:
    assert day_label(timezone.now().replace(year=2020, month=3, day=9)) == "March 2020"


def test_the_filter_finds_words_in_titles_of_ones_own(ada: User, ben: User) -> None:
    a_thread(ada, "Trees in autumn")
    a_thread(ada, "Cooking")
    a_thread(ben, "Trees of mine")
    assert titles(listing(ada, words="TREES")) == ["Trees in autumn"]
    assert "Cooking" not in browser_of(ada).get("/conversations/?q=trees").text


def test_what_a_row_can_do_leads_where_its_pages_are(ada: User) -> None:
    a_thread(ada)
    row = browser_of(ada).get("/conversations/").text
    addresses = re.findall(r'(?:hx-get|hx-post|href)="(/c/[^"]+)"', row)
    assert [resolve(address).url_name for address in addresses] == [
        *("show_conversation", "edit_pin", "edit_place", "edit_tags", "edit_archive"),
        *("create_share", "create_export", "delete_conversation", "edit_title"),
    ]


def test_archived_ones_are_listed_apart(ada: User) -> None:
    conversation = a_thread(ada, "Old things")
    browser = browser_of(ada)
    assert browser.post(f"/c/{conversation.pk}/archive/", {"on": "1"}).status_code == 200
    assert titles(listing(ada)) == []
    assert titles(listing(ada, archived=True)) == ["Old things"]


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01T00:00:00_x", "_", "2026-01-01_" + "0" * 32, "\x00"]
)
def test_a_broken_place_in_the_list_is_refused(ada: User, cursor: str) -> None:
    with pytest.raises(Unusable):
        listing(ada, before=cursor)


@pytest.mark.parametrize("number", [2, 60])
def test_a_thread_costs_the_same_queries_however_long(
    ada: User, number: int, django_assert_max_num_queries: object
) -> None:
    conversation = a_thread(ada)
    leaf = conversation.current_leaf
    for at in range(number):
        role = "user" if at % 2 == 0 else "assistant"
        leaf = Message.objects.create(
            conversation=conversation, parent=leaf, role=role, text=str(at), content=[]
        )
    Conversation.objects.filter(pk=conversation.pk).update(current_leaf=leaf)
    browser = browser_of(ada)
    offers.offered()  # read once for seconds
    with django_assert_max_num_queries(31):  # type: ignore[operator]
        assert browser.get(f"/c/{conversation.pk}/").status_code == 200
