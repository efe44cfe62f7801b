"""Hostile texts in versions of a message, in what waits, and in the forms that reword them."""

from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message, QueuedMessage
from chatapp.rendering import render_plain
from tests.conftest import a_thread, browser_of
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, Shape, plain, short

pytestmark = pytest.mark.django_db
WAITING = UUID(int=7)


@pytest.fixture
def thread(ada: User) -> Conversation:
    """Its question has two versions, its title comes from a branch, and a message waits."""
    thread = a_thread(ada, "Hello?", "Hello!")
    Message.objects.create(conversation=thread, role="user", text="Other")
    QueuedMessage.objects.create(pk=WAITING, conversation=thread, text="Later")
    return thread


def addresses(thread: Conversation) -> list[str]:
    question, answer = Message.objects.path_to(thread.current_leaf_id)
    return [
        f"/c/{thread.pk}/",
        f"/messages/{question.pk}/edit/",
        f"/messages/{question.pk}/delete/",
        f"/messages/{answer.pk}/retry/",
        f"/waiting/{WAITING}/",
    ]


def pages(browser: Client, thread: Conversation, text: str) -> list[str]:
    """The same pages where every word is that text; which then is taken back."""
    with transaction.atomic():
        QueuedMessage.objects.update(text=plain(text), obstacle=text[:99], model=text[:99])
        Conversation.objects.update(title=text[:99])
        Message.objects.filter(children=None, role="assistant").update(model=text[:99])
        answers = [browser.get(address) for address in addresses(thread)]
        answers.append(browser.post(f"/waiting/{WAITING}/", {"text": plain(text)}))
        transaction.set_rollback(True)
    assert {answer.status_code for answer in answers} == {200}
    # What the renderer makes of a text, links among it, is looked at elsewhere.
    return [answer.text.replace(render_plain(plain(text)), HARMLESS) for answer in answers]


def shape(html: str, text: str) -> Shape:
    """Ids are new in each form, and only one of the models is the text."""
    kept = ("class", "type", "name", "role", "data-focus", "hx-post", "hx-get")
    found = Outline(html, text).shape
    return [(tag, [pair for pair in attributes if pair[0] in kept]) for tag, attributes in found]


@pytest.mark.timeout(300)
def test_no_text_of_a_branch_or_of_what_waits_is_markup(
    quick_passwords: None, ada: User, thread: Conversation
) -> None:
    browser = browser_of(ada)
    harmless = pages(browser, thread, HARMLESS)
    assert [HARMLESS in page for page in harmless] == [True, False, False, False, True, False]
    expected = [shape(page, HARMLESS) for page in harmless]
    for payload in PAYLOADS[::6]:
        text = short(payload)[:99]
        found = [shape(page, text) for page in pages(browser, thread, text)]
        assert found == expected, payload.name


@pytest.mark.timeout(300)
def test_a_hostile_message_stands_in_its_form_as_it_was_written(
    quick_passwords: None, ada: User
) -> None:
    for payload in PAYLOADS[::6]:
        text = plain(short(payload))[:99].strip() or "x"
        thread = a_thread(ada, text)
        question = Message.objects.path_to(thread.current_leaf_id)[0]
        html = browser_of(ada).get(f"/messages/{question.pk}/edit/").text
        tags = {tag.removeprefix("/") for tag, _ in Outline(html, "").shape}
        assert tags <= {"form", "input", "textarea", "div", "p", "button", "comment"}, payload.name
