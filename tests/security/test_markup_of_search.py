"""Hostile texts in messages and titles stay texts in what is found, and so does what is typed."""

from urllib.parse import quote

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from tests.conftest import a_thread, browser_of
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, let_messages_change, short

FOUND = "needle"  # stands before the words, so that a search finds them
PAGES = ("/search/?words=needle", "/palette/?words=needle", "/palette/")


def kinds(html: str) -> set[tuple[str, ...]]:
    """The tags of a page, each with the names of its attributes."""
    return {(tag, *(name for name, _ in found)) for tag, found in Outline(html, "").shape}


@pytest.mark.parametrize("path", PAGES)
def test_what_people_and_claude_wrote_becomes_no_markup_where_it_is_found(
    ada: User, path: str
) -> None:
    a_thread(ada, f"{FOUND} asked", f"{FOUND} answered")
    let_messages_change()
    browser = browser_of(ada)
    fine: set[tuple[str, ...]] = set()
    for text in (HARMLESS, *map(short, PAYLOADS)):
        Message.objects.update(text=f"{FOUND} {text}")
        Conversation.objects.update(title=f"{FOUND} {text}"[:200])
        found = kinds(browser.get(path, headers={"HX-Request": "true"}).text)
        fine = fine or found
        assert found <= fine, text


@pytest.mark.parametrize("path", ["/search/", "/palette/"])
def test_what_is_typed_becomes_no_markup(ada: User, path: str) -> None:
    a_thread(ada, f"{FOUND} asked", f"{FOUND} answered")
    browser = browser_of(ada)
    fine = kinds(browser.get(f"{path}?words={FOUND}").text)
    fine |= kinds(browser.get(f"{path}?words=nothing").text)
    for payload in PAYLOADS:
        shown = browser.get(f"{path}?words={quote(short(payload))}")
        refused = {("p", "role", "data-error")} if shown.status_code == 422 else set()
        assert kinds(shown.text) <= fine | refused, payload.name
