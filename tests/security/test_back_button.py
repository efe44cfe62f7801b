"""What a browser still shows after its person has signed out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.thread import asked


@pytest.fixture
def keeping(chromium_path: str, browser: Browser) -> Iterator[Browser]:
    """A browser that keeps whole pages for the Back button, as those of people do."""
    keeping = browser.browser_type.launch(
        executable_path=chromium_path,
        args=["--no-sandbox", "--disable-dev-shm-usage"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield keeping
    keeping.close()


def sign_out(page: Page) -> None:
    page.locator(".account-button").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()


def test_back_after_signing_out_shows_nothing_private(app: str, keeping: Browser) -> None:
    page = keeping.new_page(base_url=app)
    sign_in(page, app)
    asked(page, "[[sim: speed 0]] [[sim: text A private answer.]]")
    sign_out(page)
    for _ in range(2):
        go_back(page)
        expect(page.get_by_label("Password")).to_be_visible()
        expect(page.get_by_text("A private answer.")).to_have_count(0)


def test_back_while_signed_in_shows_what_was_there(app: str, keeping: Browser) -> None:
    page = keeping.new_page(base_url=app)
    sign_in(page, app)
    asked(page, "[[sim: speed 0]] [[sim: text A private answer.]]")
    page.get_by_role("link", name="New chat").first.click()
    page.get_by_text("What is on your mind?").wait_for()
    go_back(page)
    expect(page.locator("[data-message-body]").last).to_contain_text("A private answer.")


def go_back(page: Page) -> None:
    """As a person does; Playwright's own waits for a "load" that a kept page never fires."""
    page.evaluate("history.back()")
