"""Sending, stopping, trying again and going on, as a browser asks for them."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.entries import article, path_entries
from chatapp.generation.models import Run
from tests.conftest import a_conversation, a_thread, answered, browser_of

HTMX = {"HX-Request": "true"}


def send(browser: Client, conversation: Conversation, **fields: Any) -> HttpResponse:
    form = {"message_id": uuid.uuid4(), "text": "And then?", **fields}
    reply: HttpResponse = browser.post(
        f"/c/{conversation.pk}/messages/", form, headers={"HX-Request": "true"}
    )
    return reply


def test_a_reply_shows_what_the_page_shows(ada: User) -> None:
    conversation, browser = a_thread(ada), browser_of(ada)
    reply = send(browser, conversation).text
    conversation.refresh_from_db()
    question, answer = path_entries(conversation)[2:]
    assert reply == article(question) + article(answer)
    assert reply in browser.get(f"/c/{conversation.pk}/").text.replace("\n    <article", "<article")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": " "}, 422),
        ({"text": "x" * 101}, 413),
        ({"message_id": "no id"}, 422),
        ({"model": "gpt-7"}, 422),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(
    ada: User, settings: Settings, fields: dict[str, str], status: int
) -> None:
    settings.MESSAGE_MAX_CHARACTERS = 100
    conversation = a_thread(ada)
    reply = send(browser_of(ada), conversation, **fields)
    assert reply.status_code == status
    assert "data-error" in reply.text
    assert Message.objects.count() == 2


def test_a_second_question_waits_for_the_first_answer(ada: User) -> None:
    conversation = a_conversation(ada)
    reply = send(browser_of(ada), conversation)
    assert (reply.status_code, 'id="waiting-' in reply.text) == (200, True)
    assert Message.objects.count() == 2


def test_an_id_of_somebody_else_is_as_good_as_missing(ada: User, ben: User) -> None:
    theirs, mine = a_thread(ada), a_thread(ben)
    taken = Message.objects.get(conversation=theirs, role="user").pk
    assert send(browser_of(ben), mine, message_id=taken).status_code == 404
    assert send(browser_of(ben), theirs).status_code == 404


def test_an_id_used_in_another_conversation_is_refused(ada: User) -> None:
    first, second = a_thread(ada), a_thread(ada)
    taken = Message.objects.get(conversation=first, role="user").pk
    assert send(browser_of(ada), second, message_id=taken).status_code == 404


def test_without_script_a_form_leads_to_the_thread(ada: User) -> None:
    browser = browser_of(ada)
    reply = browser.post("/c/", {"text": "Hello"})
    assert reply.status_code == 302
    assert "Hello" in browser.get(reply.url).text
    form = {"text": "More", "message_id": ""}
    conversation = Conversation.objects.get()
    answered(conversation, "Hi")
    assert browser.post(f"/c/{conversation.pk}/messages/", form).url == reply.url


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False])
def test_ten_posts_at_once_are_one_message_and_one_run(ada: User, is_new: bool) -> None:
    address = "/c/" if is_new else f"/c/{a_thread(ada).pk}/messages/"
    before = Message.objects.count(), Run.objects.count()
    form, barrier = {"message_id": uuid.uuid4(), "text": "Once"}, threading.Barrier(10)
    browsers = [browser_of(ada) for _ in range(10)]

    def post(browser: Client) -> int:
        barrier.wait()
        try:
            return browser.post(address, form, headers=HTMX).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(post, browsers)) == {200}
    assert (Message.objects.count(), Run.objects.count()) == (before[0] + 2, before[1] + 1)


def test_retry_keeps_the_old_answer_beside_the_new(ada: User) -> None:
    conversation = a_conversation(ada)
    old = answered(conversation, "Half", "failed")
    reply = browser_of(ada).post(f"/messages/{old.pk}/retry/")
    new = Message.objects.get(status="pending")
    assert f'data-message-id="{new.pk}"' in reply.text
    assert (new.parent_id, Message.objects.get(pk=old.pk).text) == (old.parent_id, "Half")
    conversation.refresh_from_db()
    assert conversation.path_revision == conversation.revision


def test_continue_goes_on_in_the_same_message(ada: User) -> None:
    conversation = a_conversation(ada)
    message = answered(conversation, "Half", "interrupted")
    reply = browser_of(ada).post(f"/messages/{message.pk}/continuation/").text
    assert 'class="seam"' in reply
    again = answered(conversation, " and half")
    assert (again.pk, again.text, again.seams) == (message.pk, "Half and half", [1])


def test_what_is_complete_or_not_the_newest_is_not_continued(ada: User) -> None:
    conversation, browser = a_conversation(ada), browser_of(ada)
    cut = answered(conversation, "Half", "stopped")
    send(browser, conversation)
    whole = answered(conversation, "Whole")
    for message in (cut, whole):
        assert browser.post(f"/messages/{message.pk}/continuation/").status_code == 409


def test_a_message_is_copied_as_it_was_written(ada: User) -> None:
    conversation = a_thread(ada, answer="# Title\n\n<b>& *more*")
    reply = browser_of(ada).get(f"/messages/{conversation.current_leaf_id}/text/")
    assert reply.text == "# Title\n\n<b>& *more*"
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
