"""A search of the web as a person sees it: at work, found, cited, copied, and after a reload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import SCHEMES, TOO_WIDE, no_findings
from tests.browser.test_picker import opened, options
from tests.browser.thread import body, box, newest, send, until, wait_for

__all__ = ["options"]
SLOW = "[[sim: first 1]] [[sim: search bees]]"
THOUGHT = "[[sim: thinking " + "I ponder this at length. " * 12 + "]]"


def with_the_web(page: Page) -> None:
    picker = opened(page)
    picker.get_by_role("switch", name="Web search").check()
    page.keyboard.press("Escape")


def test_a_search_is_shown_at_work_then_with_what_it_found(page: Page) -> None:
    with_the_web(page)
    send(page, f"{SLOW} Tell me")
    card = page.locator(".block-tool")
    expect(card).to_have_text(re.compile("^Searching the web: bees"))
    expect(card).to_have_attribute("data-running", "")
    card.locator("summary").click()
    expect(card).to_have_text(re.compile("^Searched the web: bees · 3 pages"), timeout=30_000)
    expect(card).not_to_have_attribute("data-running", "")
    expect(card.get_by_role("link")).to_have_count(3)
    number = body(page).locator(".cite a").first
    expect(number).to_have_text("[1]")
    expect(number).to_have_attribute("href", "https://en.wikipedia.example/bees")
    wait_for(page, "done")
    expect(page.get_by_role("region", name="Sources").get_by_role("listitem")).to_have_count(2)
    assert card.get_attribute("open") is not None


def test_a_reload_shows_what_was_shown(page: Page) -> None:
    with_the_web(page)
    send(page, "[[sim: speed 0]] [[sim: search bees]] Tell me")
    wait_for(page, "done")
    before = body(page).inner_text()
    page.reload()
    expect(body(page).locator(".cite")).to_have_count(3)
    assert body(page).inner_text() == before
    assert "[1]" in before


def test_thinking_is_open_while_it_streams_and_folds_with_its_time(page: Page) -> None:
    send(page, f"[[sim: speed 10]] {THOUGHT} Well?")
    block = page.locator(".block-thinking")
    expect(block.locator("summary")).to_have_text("Thinking")
    expect(block).to_have_attribute("open", "")
    expect(block).to_contain_text("I ponder this")
    expect(block.locator("summary")).to_have_text(re.compile(r"Thought for \d+ s"), timeout=30_000)
    expect(block).not_to_have_attribute("open", "")
    said = block.locator("summary").inner_text()
    wait_for(page, "done")
    expect(block.locator("summary")).to_have_text(said)
    page.reload()
    expect(block.locator("summary")).to_have_text(said)


def test_copying_takes_the_sources_along(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with_the_web(page)
    send(page, "[[sim: speed 0]] [[sim: search bees]] Tell me")
    wait_for(page, "done")
    newest(page).hover()
    newest(page).get_by_role("button", name="Copy", exact=True).last.click()
    until(page, "navigator.clipboard.readText().then(it => it.includes('[^1]: '))")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_cards_and_sources(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    with_the_web(page)
    send(page, "[[sim: speed 0]] [[sim: search bees]] [[sim: redacted]] Tell me")
    wait_for(page, "done")
    for summary in body(page).locator("summary").all():
        summary.click()
    no_findings(page)
    page.set_viewport_size({"width": 360, "height": 740})
    no_findings(page)
    assert page.evaluate(TOO_WIDE) == []


def test_the_web_can_be_turned_off_again_in_the_chat(page: Page) -> None:
    with_the_web(page)
    send(page, "[[sim: speed 0]] Hello")
    wait_for(page, "done")
    picker = opened(page)
    picker.get_by_role("switch", name="Web search").uncheck()
    page.keyboard.press("Escape")
    expect(box(page)).to_be_visible()
    send(page, "[[sim: speed 0]] [[sim: search bees]] And now?")
    wait_for(page, "done")
    expect(page.locator(".block-tool")).to_have_count(0)
