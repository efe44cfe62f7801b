"""The page at 360 px: nothing sideways, and the list in a drawer."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.thread import asked

WIDTH = "document.documentElement.scrollWidth"
RICH = "[[sim: speed 0]] Tell me about tables, lists and code"


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    return page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/settings/",
        "/library/",
        "/library/new/",
        "/settings/instructions/",
        "/accounts/logout/",
        "/accounts/password/change/",
        "/nothing/",
    ],
)
def test_no_page_scrolls_sideways(phone: Page, path: str) -> None:
    phone.goto(path)
    assert phone.evaluate(WIDTH) <= 360


def test_a_thread_does_not_scroll_sideways(phone: Page) -> None:
    asked(phone, RICH + " " + "averylongword" * 30)
    assert phone.evaluate(WIDTH) <= 360
    assert phone.locator("#thread").evaluate("it => it.scrollWidth <= it.clientWidth")


def test_the_list_opens_as_a_drawer_and_escape_closes_it(phone: Page) -> None:
    opener = phone.get_by_role("button", name="Open conversations")
    expect(phone.get_by_role("navigation", name="Conversations")).to_be_hidden()
    opener.click()
    expect(phone.get_by_role("navigation", name="Conversations")).to_be_visible()
    phone.keyboard.press("Tab")
    expect(phone.locator("#sidebar :focus")).to_have_count(1)
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("navigation", name="Conversations")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_new_chat_is_one_tap_away(phone: Page) -> None:
    asked(phone, "[[sim: speed 0]] hello")
    phone.get_by_role("link", name="New chat").click()
    expect(phone.get_by_text("What is on your mind?")).to_be_visible()
