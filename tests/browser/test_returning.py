"""Typing again in a page that was left alone tells the server, which may make notes."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.thread import QUICK, asked, box


@pytest.fixture
def thread(page: Page) -> Page:
    """A conversation in a page whose clock the test can move."""
    asked(page, f"{QUICK} Hello")
    page.clock.install()
    page.reload()
    return page


@pytest.fixture
def told(thread: Page) -> list[Request]:
    """What the page told the server so far."""
    told: list[Request] = []
    thread.on("request", lambda it: told.append(it) if it.url.endswith("/return/") else None)
    return told


def test_a_page_that_is_in_use_tells_nothing(thread: Page, told: list[Request]) -> None:
    for _ in range(2):
        thread.clock.fast_forward("04:50")
        box(thread).press_sequentially("word ")
    expect(box(thread)).to_have_value("word word ")
    assert told == []


def test_the_first_word_after_a_pause_is_told_once(thread: Page, told: list[Request]) -> None:
    thread.clock.fast_forward("05:10")
    with thread.expect_response("**/return/") as answer:
        box(thread).press_sequentially("Where were we?")
    assert answer.value.status == 204
    assert len(told) == 1
    thread.clock.fast_forward("05:10")
    with thread.expect_response("**/return/"):
        box(thread).press_sequentially(" Ah, there.")
    assert len(told) == 2
    expect(box(thread)).to_have_value("Where were we? Ah, there.")


def test_nobody_hears_of_it_when_that_fails(thread: Page, told: list[Request]) -> None:
    thread.route("**/return/", lambda route: route.abort())
    thread.clock.fast_forward("05:10")
    with thread.expect_event("requestfailed"):
        box(thread).press_sequentially("Hello again")
    expect(box(thread)).to_have_value("Hello again")
    assert len(told) == 1
    expect(thread.locator("#notices")).to_be_empty()
