"""The app without a network, as it is installed, and what it tells when nobody looks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.thread import LONG, QUICK, asked, box, is_being_written, send, until, wait_for

READY = "navigator.serviceWorker.ready.then(it => it.active.state)"
KEPT = """async () => (await Promise.all((await caches.keys()).map(async name =>
  (await (await caches.open(name)).keys()).map(it => new URL(it.url).pathname)))).flat()"""
TOLD = """async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications())
  .map(it => [it.title, it.body])"""
HIDE = """() => {
  Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange")); }"""


@pytest.fixture
def options() -> dict[str, Any]:
    return {"service_workers": "allow"}


@pytest.fixture
def ready(page: Page) -> Iterator[Page]:
    """A page whose worker is in charge."""
    assert page.evaluate(READY) in ("activating", "activated")
    until(page, "navigator.serviceWorker.controller !== null")
    yield page
    page.context.set_offline(False)


def test_without_a_network_a_page_says_so_and_tries_again(ready: Page) -> None:
    ready.context.set_offline(True)
    ready.goto("/settings/")
    expect(ready.get_by_role("heading", name="You are offline")).to_be_visible()
    colour = ready.locator(".button-primary").evaluate("it => getComputedStyle(it).color")
    assert colour != "rgb(0, 0, 238)"  # it is dressed
    ready.context.set_offline(False)
    ready.get_by_role("link", name="Try again").click()
    expect(ready.get_by_role("heading", name="Settings")).to_be_visible()


def test_a_draft_outlives_being_offline(ready: Page) -> None:
    box(ready).fill("half a thought")
    ready.context.set_offline(True)
    ready.reload()
    ready.get_by_role("heading", name="You are offline").wait_for()
    ready.context.set_offline(False)
    ready.get_by_role("link", name="Try again").click()
    expect(box(ready)).to_have_value("half a thought")


def test_no_page_with_words_of_a_person_is_kept(ready: Page) -> None:
    asked(ready, f"{QUICK} [[sim: text A private answer.]]")
    ready.reload()
    kept = ready.evaluate(KEPT)
    assert "/offline/" in kept
    assert all(path == "/offline/" or path.startswith("/static/css/") for path in kept)


def test_a_browser_can_install_it(page: Page) -> None:
    about: dict[str, Any] = json.loads(page.request.get("/manifest.webmanifest").text())
    assert (about["display"], about["start_url"]) == ("standalone", "/")
    for icon in about["icons"]:
        size = page.evaluate(
            """src => new Promise(done => { const it = new Image(); it.src = src;
               it.onload = () => done(`${it.naturalWidth}x${it.naturalHeight}`); })""",
            icon["src"],
        )
        assert size == icon["sizes"]
    protocol = page.context.new_cdp_session(page)
    found = protocol.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/manifest.webmanifest")


def long_answer_in_a_hidden_tab(page: Page) -> None:
    """Half a minute passes by the page's clock, not by ours."""
    send(page, f"{LONG} Tell me")
    is_being_written(page)
    page.evaluate(HIDE)
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 30_000; }")
    wait_for(page, "done")


def test_nobody_is_asked_for_leave_until_an_answer_could_have_been_missed(ready: Page) -> None:
    asked(ready, f"{QUICK} Hello")
    expect(ready.locator("#notify-offer")).to_be_hidden()
    assert ready.evaluate("Notification.permission") != "granted"


def test_a_long_answer_that_ends_unseen_is_told_once_somebody_said_so(ready: Page) -> None:
    ready.context.grant_permissions(["notifications"])
    ready.reload()
    long_answer_in_a_hidden_tab(ready)
    ready.get_by_role("button", name="Tell me when an answer is ready").click()
    expect(ready.locator("#notify-offer")).to_be_hidden()
    assert ready.evaluate(TOLD) == []
    ready.reload()
    long_answer_in_a_hidden_tab(ready)
    until(ready, f"({TOLD})().then(it => it.length === 1)")
    ((title, said),) = ready.evaluate(TOLD)
    assert (title, said) == (ready.locator("#title").inner_text(), "The answer is ready.")
    ready.evaluate("localStorage.clear()")


def test_no_thanks_is_for_good_and_settings_can_change_it(ready: Page) -> None:
    ready.context.grant_permissions(["notifications"])
    ready.reload()
    long_answer_in_a_hidden_tab(ready)
    ready.get_by_role("button", name="No, thanks").click()
    ready.reload()
    long_answer_in_a_hidden_tab(ready)
    expect(ready.locator("#notify-offer")).to_be_hidden()
    assert ready.evaluate(TOLD) == []
    ready.goto("/settings/")
    switch = ready.get_by_role("checkbox", name="Tell me when a long answer")
    expect(switch).not_to_be_checked()
    switch.check()
    ready.reload()
    expect(switch).to_be_checked()
