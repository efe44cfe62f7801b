"""Typing again in a page that was left alone tells the server, which may make notes."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.thread import QUICK, asked, box


@pytest.fixture
def thread(app: str, browser: Browser, cookies: Any) -> Iterator[Page]:
    """A conversation in a browser whose clock the test can move."""
    context = browser.new_context(base_url=app, storage_state=cookies, service_workers="block")
    context.set_default_timeout(15_000)
    page = context.new_page()
    asked(page, f"{QUICK} Hello")
    page.clock.install()
    page.reload()
    yield page
    context.close()


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
