"""Hostile texts in a person's folders, tags, library and instructions stay texts."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.models import (
    Conversation,
    Folder,
    Instructions,
    OwnTag,
    SavedText,
    Tagging,
)
from tests.conftest import a_conversation, answered, browser_of
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, Shape, short

pytestmark = pytest.mark.django_db
FIRST, SECOND = UUID(int=1), UUID(int=2)  # the same each time, so that pages can be compared


def a_hostile_order(owner: User, thread: Conversation, text: str) -> None:
    """Of which every word that the person chooses is that text."""
    folder = Folder.objects.create(pk=FIRST, owner=owner, name=text[:80], instructions=text)
    Conversation.objects.filter(pk=thread.pk).update(folder=folder, title=text[:200])
    tag = OwnTag.objects.create(pk=1, owner=owner, name=text[:40])
    Tagging.objects.create(conversation=thread, tag=tag)
    SavedText.objects.create(pk=FIRST, owner=owner, name=text[:60], body=text)
    asking = f"{text} {{{{topic}}}}"
    SavedText.objects.create(pk=SECOND, owner=owner, name=f"{text[:59]}2", body=asking)
    Instructions.objects.create(owner=owner, about=text, manner=text)


def addresses(thread: Conversation) -> Iterator[str]:
    yield from ("/", f"/?folder={FIRST}", "/folders/", f"/conversations/?folder={FIRST}")
    for page in ("", "delete/"):
        yield f"/folders/{FIRST}/{page}"
    for page in ("", "place/", "folder/", "tags/", "title/"):
        yield f"/c/{thread.pk}/{page}"
    for do in ("move", "tag", "delete"):
        yield f"/conversations/many/?do={do}"
    yield from ("/library/", "/library/commands/", "/settings/instructions/")
    yield from (f"/library/{FIRST}/edit/", f"/library/{SECOND}/")


def pages(browser: Client, thread: Conversation, text: str) -> list[str]:
    """All pages that show such an order, which then is gone again."""
    with transaction.atomic():
        a_hostile_order(thread.owner, thread, text)
        answers = [browser.get(address) for address in addresses(thread)]
        transaction.set_rollback(True)
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


def shape(html: str) -> Shape:
    """The tags in order, and of their attributes those that no text of a person stands in."""
    kept = ("class", "type", "name", "role", "href", "action", "hx-get", "hx-post")
    found = Outline(html, "").shape
    return [(tag, [pair for pair in pairs if pair[0] in kept]) for tag, pairs in found]


@pytest.mark.timeout(300)
def test_no_text_of_a_persons_order_is_markup(quick_passwords: None, ada: User) -> None:
    thread, browser = a_conversation(ada), browser_of(ada)
    answered(thread, "Yes.")
    harmless = pages(browser, thread, HARMLESS)
    without = [page for page in harmless if HARMLESS not in page]
    assert len(without) == 1  # asking whether to delete many names none of them
    expected = [shape(page) for page in harmless]
    for payload in PAYLOADS[::15]:
        found = [shape(page) for page in pages(browser, thread, short(payload)[:38])]
        assert found == expected, payload.name


def test_a_filled_text_is_never_a_page(quick_passwords: None, ada: User) -> None:
    row = SavedText.objects.create(owner=ada, name="x", body="On {{topic}}.")
    browser = browser_of(ada)
    for payload in PAYLOADS[::15]:
        answer = browser.post(f"/library/{row.pk}/", {"value_topic": short(payload)})
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
