"""Hostile texts in messages and titles stay texts in what is found, and in the palette."""

from urllib.parse import quote

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from tests.conftest import a_thread, browser_of
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import Outline, plain

PAGES = ("/search/?words=needle", "/palette/?words=needle", "/palette/")


def shape_of(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    return outline


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_of_a_person_become_no_markup_where_they_are_found(ada: User, payload: str) -> None:
    thread = a_thread(ada, f"needle {plain(payload)}", f"needle {plain(payload)}")
    Conversation.objects.filter(pk=thread.pk).update(title=f"needle {plain(payload)}"[:100])
    browser = browser_of(ada)
    for path in PAGES:
        found = browser.get(path, headers={"HX-Request": "true"}).text
        Conversation.objects.filter(pk=thread.pk).update(title="needle x")
        assert "<script" not in found.lower()
        assert "<img" not in found.lower()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_looked_for_becomes_no_markup(ada: User, payload: str) -> None:
    a_thread(ada, "needle", "needle")
    asked = quote(plain(payload)[:400])
    for path in (f"/search/?words={asked}", f"/palette/?words={asked}"):
        found = browser_of(ada).get(path, headers={"HX-Request": "true"}).text.lower()
        assert "<script" not in found
        assert "<img" not in found
