"""The app in the other languages: a question and its answer, and no page wider than a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.browser.thread import QUICK, wait_for

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
WIDTH = "document.documentElement.scrollWidth"
PAGES = (
    "/",
    "/settings/",
    "/settings/instructions/",
    "/settings/shares/",
    "/settings/transfers/",
    "/library/",
    "/library/new/",
    "/usage/",
    "/search/?words=the",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/password/change/",
    "/offline/",
)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def there(app: str, browser: Browser, cookies: Any, language: str) -> Iterator[BrowserContext]:
    """A browser of that language, of a person who has chosen none."""
    context = browser.new_context(base_url=app, storage_state=cookies, locale=language)
    context.set_default_timeout(15_000)
    watch = Watch(app)
    watch.follow(context)
    yield context
    context.close()
    assert watch.wrong == []


def send_there(page: Page, text: str) -> None:
    page.get_by_role("textbox", name=gettext("Message"), exact=True).fill(text)
    page.keyboard.press("Enter")


def test_a_question_is_asked_and_answered_in_the_words_of_the_language(
    there: BrowserContext, language: str
) -> None:
    page = there.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("link", name=gettext("New chat")).first).to_be_visible()
    send_there(page, f"{QUICK} Hello")
    answer = wait_for(page, "done")
    answer.hover()
    copy = answer.get_by_role("button", name=gettext("Copy"), exact=True)
    copy.focus()
    expect(copy).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()


def test_no_page_of_the_language_is_wider_than_a_phone(there: BrowserContext) -> None:
    page = there.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    wide = []
    for path in PAGES:
        page.goto(path)
        if page.evaluate(WIDTH) > 360:
            wide.append(path)
    assert wide == []
