"""A page that sleeps through an answer shows all of it when it wakes."""

from playwright.sync_api import Page

from tests.browser.thread import LONG, body, is_being_written, send, wait_for


def test_a_frozen_tab_has_the_whole_answer_when_it_wakes(page: Page) -> None:
    send(page, f"{LONG} Tell me while I look elsewhere")
    is_being_written(page)
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    watching = page.context.new_page()
    watching.goto(page.url)
    wait_for(watching, "done")
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    wait_for(page, "done")
    assert body(page).inner_html() == body(watching).inner_html()
    assert page.locator("#log > article").count() == 2


def test_a_tab_in_the_background_misses_nothing(page: Page) -> None:
    send(page, f"{LONG} Tell me behind another tab")
    is_being_written(page)
    other = page.context.new_page()
    other.goto("/")
    other.bring_to_front()
    wait_for(page, "done")
    shown = body(page).inner_html()
    page.bring_to_front()
    page.reload()
    assert wait_for(page, "done").locator("[data-message-body]").inner_html() == shown
