"""Thumbs on the page: the same fragment everywhere, and the dialogue that asks why."""

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Feedback
from chatapp.generation.entries import article, entries, path_entries
from tests.conftest import a_conversation, a_thread, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ada: User) -> Client:
    return browser_of(ada)


@pytest.fixture
def thread(ada: User) -> Conversation:
    return a_thread(ada)


def address(thread: Conversation) -> str:
    return f"/messages/{thread.messages.get(role='assistant').pk}/feedback/"


def test_a_click_stores_the_thumb_and_brings_the_article_of_the_page(
    browser: Client, thread: Conversation
) -> None:
    reply = browser.post(address(thread), {"verdict": "down"}).text
    assert Feedback.objects.get().verdict == "down"
    thread.refresh_from_db()
    assert reply == article(path_entries(thread)[1])
    assert reply in browser.get(f"/c/{thread.pk}/").text
    assert 'aria-label="Bad answer" title="Bad answer" aria-pressed="true"' in reply


def test_a_pressed_thumb_offers_to_be_taken_back(browser: Client, thread: Conversation) -> None:
    reply = browser.post(address(thread), {"verdict": "up"}).text
    assert f'hx-post="{address(thread)}delete/" hx-vals=\'{{"verdict": "up"}}\'' in reply
    reply = browser.post(f"{address(thread)}delete/").text
    assert 'aria-pressed="true"' not in reply
    assert not Feedback.objects.exists()


def test_why_is_asked_after_a_thumb_alone(browser: Client, thread: Conversation) -> None:
    assert browser.get(address(thread)).status_code == 404
    browser.post(address(thread), {"verdict": "down"})
    page = browser.get(address(thread)).text
    assert "What was wrong?" in page
    assert "Too long" in page
    assert "Well written" not in page


def test_a_reason_and_a_comment_stand_in_the_dialogue_again(
    browser: Client, thread: Conversation
) -> None:
    form = {"verdict": "down", "reason": "wrong", "comment": "<b>It is 42.</b>"}
    assert "Wrong</button>" in browser.post(address(thread), form).text
    page = browser.get(address(thread)).text
    assert 'value="wrong" checked' in page
    assert "&lt;b&gt;It is 42.&lt;/b&gt;</textarea>" in page


def test_what_cannot_be_kept_is_said(browser: Client, thread: Conversation) -> None:
    answer = browser.post(address(thread), {"verdict": "odd"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Thumbs go up or down." in answer.text


def test_questions_and_growing_answers_have_no_thumbs(ada: User) -> None:
    conversation = a_conversation(ada)
    shown = entries(conversation, list(conversation.messages.all()))
    assert not any("Good answer" in article(entry) for entry in shown)


def test_thumbs_of_a_long_thread_cost_one_query(
    thread: Conversation, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]
        path_entries(thread)
