"""What a person does on the thread page."""

import time

from playwright.sync_api import Locator, Page

SLOW = "[[sim: speed 25]] [[sim: giant 3000]]"  # long enough to act while it is written
LONG = "[[sim: speed 40]] [[sim: giant 1200]]"  # some seconds, for who waits for its end
QUICK = "[[sim: speed 0]] [[sim: first 0]]"
LIVE = ("queued", "waiting", "thinking", "writing")


def until(page: Page, found: str) -> None:
    """Wait until that script finds something true.

    The page's own policy is in force: Playwright's `wait_for_function` would turn a text into
    script inside the page, which is refused, unless it is true at once.
    """
    end = time.monotonic() + 15
    while not page.evaluate(found):
        assert time.monotonic() < end, found
        page.wait_for_timeout(50)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def send(page: Page, text: str) -> None:
    """Send a message and see it stand in the thread."""
    there = page.locator("article").count()
    box(page).fill(text)
    page.keyboard.press("Enter")
    page.locator("article").nth(there + 1).wait_for()


def newest(page: Page) -> Locator:
    return page.locator("#log > article").last


def body(page: Page) -> Locator:
    return newest(page).locator("[data-message-body]")


def wait_for(page: Page, status: str) -> Locator:
    """The newest message, once it is in that state."""
    page.locator(f"#log > article:last-child[data-status={status}]").wait_for(timeout=60_000)
    return newest(page)


def is_being_written(page: Page, characters: int = 40) -> None:
    """Wait until so much of the answer is on the page, and it is not whole."""
    wait_for(page, "writing")
    while len(body(page).inner_text()) < characters:
        page.wait_for_timeout(50)
    assert newest(page).get_attribute("data-status") in LIVE


def asked(page: Page, text: str) -> None:
    """A new chat with a whole answer."""
    page.goto("/")
    send(page, text)
    wait_for(page, "done")
