"""Searching one's own threads: what is found, how it is shown, where it leads."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from chatapp.chat import search
from chatapp.chat.palette import offer
from chatapp.chat.search import RECENT, Results, by_title, found, words_in
from chatapp.chat.searching import SearchForm
from chatapp.conversations import actions
from chatapp.conversations.models import Conversation, IndexedMessage, Message
from chatapp.conversations.search import Search
from tests.conftest import a_thread, browser_of


def hits(results: Results) -> list[str]:
    return [hit.message.text for thread in results.threads for hit in thread.messages]


def look(person: User, words: str = "", **fields: Any) -> list[str]:
    return hits(found(person, Search(words, as_typed=True, **fields)))


def page(person: User, **query: str) -> str:
    return browser_of(person).get(f"/search/?{urlencode(query)}").text


def test_hits_come_as_one_types_from_own_threads_alone(ada: User, ben: User) -> None:
    a_thread(ada, "About trees", "An oak and a maple")
    a_thread(ben, "My secret", "An oak of Ben")
    assert look(ada, "map") == ["An oak and a maple"]
    assert look(ada, '"oak and"') == ["An oak and a maple"]
    assert look(ada, "oak -maple") == []


def test_hits_stand_together_by_thread_in_the_order_of_the_best(ada: User) -> None:
    a_thread(ada, "Something with one oak in it, and many other words", "Nothing")
    a_thread(ada, "oak oak oak", "oak oak")
    results = found(ada, Search("oak"))
    assert [len(thread.messages) for thread in results.threads] == [2, 1]
    assert results.messages == 3


def test_titles_are_found_before_messages(ada: User) -> None:
    thread = a_thread(ada, "Nothing of it", "No")
    actions.rename(thread, "Winter in Élan")
    shown = page(ada, words="wint")
    assert shown.index("<mark>Winter</mark>") > 0
    assert [it.conversation for it in by_title(ada, "élan winter")] == [thread]
    assert by_title(ada, "summer winter") == []
    assert by_title(ada, '-winter "or" ') == []


def test_a_single_letter_finds_titles_alone(ada: User) -> None:
    thread = a_thread(ada, "x", "x")
    a_thread(ada, "木", "木")
    results = found(ada, Search("x", as_typed=True))
    assert [it.conversation for it in results.titled] == [thread]
    assert results.threads == ()
    assert look(ada, "木") == ["木", "木"]


def test_an_archived_thread_is_found_and_says_so(ada: User) -> None:
    thread = a_thread(ada, "About oaks", "oak")
    actions.archive(thread, on=True)
    assert "<small>archived</small>" in page(ada, words="oak")


def test_trials_of_the_playground_are_not_found(ada: User) -> None:
    thread = a_thread(ada, "oak", "oak")
    Conversation.objects.filter(pk=thread.pk).update(is_trial=True)
    assert look(ada, "oak") == []
    assert by_title(ada, "oak") == []
    assert offer(ada, "").titled == []


def test_each_filter_leaves_out_what_it_says(ada: User) -> None:
    a_thread(ada, "the old oak", "an oak")
    old = datetime(2025, 5, 1, 12, tzinfo=UTC)
    # The index takes the time of a message once, with its words.
    IndexedMessage.objects.filter(message__text="the old oak").update(created_at=old)
    assert "1 message<" in page(ada, words="oak", last="2025-05-01")
    assert "0 messages<" in page(ada, words="oak", last="2025-04-30")
    assert "1 message<" in page(ada, words="oak", first="2025-05-02")
    assert look(ada, "oak", model="claude-sonnet-5-5") == ["an oak"]
    assert look(ada, "oak", model="claude-x") == []
    assert look(ada, "oak", has_attachment=True) == []


def test_a_day_begins_where_the_reader_is(ada: User) -> None:
    form = SearchForm({"first": "2026-05-01", "last": "2026-05-01"})
    assert form.is_valid()
    asked = form.search()
    assert asked.after
    assert asked.before
    assert asked.before - asked.after == timedelta(days=1)


def test_dates_that_are_none_are_refused(ada: User) -> None:
    answer = browser_of(ada).get("/search/?first=yesterday")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text


def test_what_was_asked_stands_in_the_fields_again(ada: User) -> None:
    shown = page(ada, words='an "oak', first="2026-01-01", attachment="on")
    assert 'value="an &quot;oak"' in shown
    assert 'value="2026-01-01"' in shown
    assert 'name="attachment" checked' in shown


def test_a_hit_opens_its_thread_at_the_message(ada: User) -> None:
    thread = a_thread(ada, "About oaks", "An answer")
    (hit,) = found(ada, Search("answer", as_typed=True)).threads[0].messages
    opened = browser_of(ada).get(hit.address)
    assert opened.status_code == 200
    assert f'data-at="message-{thread.current_leaf_id}" data-words="answer"' in opened.text


def test_words_to_mark_are_those_that_were_wanted() -> None:
    assert words_in('Oak "the maple" -birch oak') == "oak\nthe maple"


def test_further_hits_come_page_by_page(ada: User) -> None:
    for at in range(12):
        a_thread(ada, f"oak {at}", f"oak oak {at}")
    first = found(ada, Search("oak"))
    second = found(ada, Search("oak"), first.place)
    assert (first.messages, second.messages) == (20, 4)
    assert not set(hits(first)) & set(hits(second))
    assert second.titled == []
    assert 'rel="next"' in page(ada, words="oak")


def test_a_page_for_the_script_is_a_fragment(ada: User) -> None:
    a_thread(ada, "About oaks", "oak")
    answer = browser_of(ada).get("/search/?words=oak", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "<mark>oak</mark>" in answer.text
    assert "<html" in page(ada, words="oak")


def test_nothing_is_looked_for_before_something_is_asked(ada: User) -> None:
    a_thread(ada, "About oaks", "oak")
    shown = page(ada, words=" ")
    assert "Search all that was said" in shown
    assert "Nothing that fits." in page(ada, words="birch")


def test_what_is_deleted_between_two_looks_is_passed_over(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_thread(ada, "About oaks", "oak")
    page_of = search.hits(Search("oak"), search.searchable(ada), "", 20)
    Message.objects.filter(text="oak").delete()
    monkeypatch.setattr(search, "hits", lambda *given: page_of)
    assert found(ada, Search("oak")).threads == []


@pytest.mark.parametrize("number", [1, 9])
def test_a_search_costs_the_same_queries_however_much_it_finds(ada: User, number: int) -> None:
    for at in range(number):
        a_thread(ada, f"oak {at}", "oak")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found(ada, Search("oak", as_typed=True))
    assert len(queries) <= 8


def test_the_palette_offers_recent_threads_until_something_is_typed(ada: User, ben: User) -> None:
    for at in range(RECENT + 2):
        a_thread(ada, f"Thread {at}", "oak")
    a_thread(ben, "Not yours", "oak")
    titles = [str(it.conversation) for it in offer(ada, " ").titled]
    assert titles == [f"Thread {at}" for at in range(RECENT + 1, 1, -1)]


def test_the_palette_finds_threads_and_messages_and_the_way_to_all(ada: User) -> None:
    thread = a_thread(ada, "About oaks", "A maple")
    browser = browser_of(ada)
    assert f'data-href="/c/{thread.pk}/"' in browser.get("/palette/?words=about").text
    shown = browser.get("/palette/?words=map").text
    assert f"message={thread.current_leaf_id}&amp;words=map#message-" in shown
    assert 'data-href="/search/?words=map"' in shown
    assert "<mark>maple</mark>" in shown


@pytest.mark.parametrize(
    "words", ["\x00", "%", "_", "\\", "'", '"', "x" * 5_000, "\u202e", "-", "or"]
)
def test_hostile_words_give_an_answer(ada: User, words: str) -> None:
    a_thread(ada, "About 100% oaks", "A maple")
    browser = browser_of(ada)
    assert browser.get("/palette/", {"words": words}).status_code == 200
    assert browser.get("/search/", {"words": words}).status_code in (200, 422)


def test_a_percent_sign_in_a_title_is_a_percent_sign(ada: User) -> None:
    a_thread(ada, "Other things", "no")
    thread = a_thread(ada, "About 100% oaks", "no")
    assert [it.conversation for it in by_title(ada, "%")] == [thread]
