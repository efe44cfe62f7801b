"""What Claude is told is for whoever writes it: no page, frame or error tells a member."""

import dataclasses
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.chat.live import _items
from chatapp.context.directions import directions
from chatapp.context.plan import plan
from chatapp.conversations.models import Conversation
from chatapp.generation.live import _read_changes
from chatapp.generation.models import Run
from chatapp.prompts.models import Prompt
from chatapp.usage.ledger import Asking, open_call
from tests.conftest import a_prompt, browser_of
from tests.security.conftest import a_stopped_thread
from tests.security.matrix import PAGES, Thread, lines_of
from tests.security.test_matrix import ask

pytestmark = pytest.mark.django_db
CANARY = "canary-5d1f7c"


@pytest.fixture
def thread(ada: User, settings: Settings) -> Thread:
    """Ada's thread by a prompt with the canary, whose request is on record and hers to see."""
    settings.ENV = dataclasses.replace(settings.ENV, show_requests=True)
    Prompt.objects.update(is_default=False)
    a_prompt("Guide", f"{CANARY}: you speak to {{{{user_name}}}}.", is_default=True)
    thread = a_stopped_thread(ada)
    conversation = Conversation.objects.get(pk=thread.conversation_id)
    run = Run.objects.get(pk=thread.run_id)
    made = plan(directions(conversation), run.message)
    assert CANARY in str(made.request.system)
    for purpose in ("answer", "summary"):
        call = open_call(
            Asking(purpose, made.request, ada.pk, conversation.pk, run.pk, parts=made.parts)
        )
    Run.objects.filter(pk=run.pk).update(call=call)
    return thread


def bodies(response: HttpResponseBase) -> str:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return f"{dict(response.headers)}{content.decode()}"


def everything_a_member_gets(browser: Client, thread: Thread) -> Iterator[tuple[str, str]]:
    for line in lines_of(PAGES):
        for method in ("GET", "POST"):
            cache.clear()
            if "*" in line["methods"] or method in line["methods"]:
                yield f"{method} {line['page']}", bodies(ask(browser, line["page"], method, thread))


def wrong_things(browser: Client, thread: Thread) -> Iterator[tuple[str, str]]:
    there = f"/c/{thread.conversation_id}/messages/"
    for form in ({"text": ""}, {"text": "x" * 250_000}, {"text": "x", "model": "none"}):
        for headers in ({}, {"HX-Request": "true"}):
            yield str(form)[:40], bodies(browser.post(there, form, headers=headers))
    for address in (f"/admin/versions/{thread.version_id}/", "/nothing/", "/c/", "/?prompt=x"):
        yield address, bodies(browser.get(address))


def frames(ada: User, thread: Thread) -> Iterator[tuple[str, str]]:
    asked = (thread.conversation_id, -1)
    yield "frames of the thread", _read_changes([asked])[asked].html
    yield "frames of the list", _items(ada, [thread.conversation_id])


def test_the_text_of_a_prompt_reaches_no_member(ada: User, thread: Thread) -> None:
    browser = browser_of(ada)
    seen = [*wrong_things(browser, thread), *frames(ada, thread)]
    seen += everything_a_member_gets(browser, thread)
    assert len(seen) > 60
    assert [name for name, text in seen if CANARY in text] == []


def test_the_owner_sees_the_request_without_it_and_a_writer_with_it(
    ada: User, max: User, thread: Thread
) -> None:
    page = f"/runs/{thread.run_id}/request/"
    assert "not shown: what this assistant is told" in browser_of(ada).get(page).text
    assert CANARY in browser_of(max).get(page).text


def test_a_text_that_stands_on_a_page_would_be_found(ada: User, thread: Thread) -> None:
    Conversation.objects.update(title=f"Say {CANARY}")
    found = [
        name
        for name, text in everything_a_member_gets(browser_of(ada), replace(thread))
        if CANARY in text
    ]
    assert "GET chat:show_conversation" in found
