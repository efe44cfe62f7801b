"""Search over what may be read: masked, on record, and silent about what is masked."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.conversations.models import Conversation, ReadRecord
from chatapp.conversations.search import Search
from chatapp.generation.models import Run
from chatapp.review.search import dearer_than, found
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.models import Call
from tests.conftest import a_thread, browser_of, flagged

pytestmark = pytest.mark.django_db


def hits(by: User, words: str) -> list[str]:
    shown, _ = found(by, Search(words=words))
    return ["".join(part.text for part in hit.parts) for hit in shown]


def test_a_reviewer_finds_what_is_flagged_and_nothing_else(ada: User, sue: User) -> None:
    flagged(a_thread(ada, "The lighthouse is red"))
    a_thread(ada, "The lighthouse is blue")
    assert hits(sue, "lighthouse") == ["The lighthouse is red"]


def test_a_hit_that_shows_words_is_on_record_once_for_each_thread(ada: User, sue: User) -> None:
    thread = flagged(a_thread(ada, "A lighthouse", "Yes, a lighthouse"))
    flagged(a_thread(ada, "A lighthouse, too"))
    assert len(hits(sue, "lighthouse")) == 3
    records = ReadRecord.objects.filter(what="a search result")
    assert records.count() == 2
    assert records.filter(conversation=thread, why__startswith="Flagged").count() == 1


def test_where_nobody_gave_a_reason_the_words_are_not_shown(ada: User, max: User) -> None:
    thread = a_thread(ada, "A lighthouse")
    page = browser_of(max).get("/review/search/?words=lighthouse").text
    assert f"/review/threads/{thread.pk}/" in page
    assert "Not flagged: its words are shown once you say why" in page
    assert "A <mark>" not in page
    assert not ReadRecord.objects.exists()


def test_words_are_marked_and_masked(ada: User, sue: User) -> None:
    flagged(a_thread(ada, "From ada@private.example: <b>the</b> lighthouse"))
    page = browser_of(sue).get("/review/search/?words=lighthouse").text
    assert "From [e-mail]: &lt;b&gt;the&lt;/b&gt; <mark>lighthouse</mark>" in page
    assert "private.example" not in page


@pytest.mark.parametrize("words", ["private", "ada@private.example", '"ada private"', "4111"])
def test_nobody_finds_what_is_masked(ada: User, sue: User, words: str) -> None:
    flagged(a_thread(ada, "Mail ada@private.example, card 4111 1111 1111 1111"))
    assert hits(sue, words) == []


def test_answers_are_found_by_what_they_cost(ada: User, sue: User) -> None:
    cheap, dear = flagged(a_thread(ada)), flagged(a_thread(ada))
    for thread, cost in ((cheap, "0.01"), (dear, "0.50")):
        run = Run.objects.get(conversation=thread)
        run.call = open_call(Asking("answer", Request("m", [], 9), ada.pk, thread.pk, run.pk))
        run.save()
        Call.objects.filter(pk=run.call.pk).update(cost=Decimal(cost))
    shown, _ = found(sue, Search(among=dearer_than(Decimal("0.1"))))
    assert [hit.message.conversation_id for hit in shown] == [dear.pk]


def test_filters_of_the_page_reach_the_search(ada: User, ben: User, sue: User) -> None:
    thread = flagged(a_thread(ben, "A lighthouse", "Yes"))
    flagged(a_thread(ada, "A lighthouse", "No"))
    today, later = timezone.now().date(), timezone.now().date() + timedelta(days=2)
    fits = f"words=lighthouse&person=ben&prompt={thread.prompt_id}&first={today}&last={today}"
    client = browser_of(sue)
    assert client.get(f"/review/search/?{fits}").text.count("<mark>") == 1
    for other in (f"first={later}", "status=failed", "model=none", "attachment=on", "cost=1"):
        assert "<mark>" not in client.get(f"/review/search/?words=lighthouse&{other}").text
    assert client.get("/review/search/?words=a&first=yesterday").status_code == 422
    assert client.get(f"/review/search/?prompt={uuid.uuid4()}").status_code == 422


def test_pages_follow_each_other(ada: User, sue: User) -> None:
    for n in range(25):
        flagged(a_thread(ada, f"Lighthouse {n}"))
    shown, page = found(sue, Search(words="lighthouse"))
    more, last = found(sue, Search(words="lighthouse"), page.next_place)
    assert (len(shown), len(more), last.has_more) == (20, 5, False)
    assert len({hit.message.pk for hit in [*shown, *more]}) == 25
    assert 'rel="next"' in browser_of(sue).get("/review/search/?words=lighthouse").text


def test_an_empty_search_asks_nothing(sue: User, thread: Conversation) -> None:
    page = browser_of(sue).get("/review/search/").text
    assert "Nothing that fits" not in page
    assert not ReadRecord.objects.exists()
