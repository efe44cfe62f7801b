"""A long conversation: notes in place of its older part, and what a person does about them."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_prompts import publish
from tests.browser.thread import QUICK, newest, send, wait_for

TURNS = 60
# Sixty turns of the simulator are shorter than what is left alone by default.
MARKS = "start = 12000\nkeep = 4000"
DIVIDER = "Earlier messages are summarised for Claude"


def a_forgetful_prompt(browser: Browser, app: str) -> str:
    """The id of a prompt for everyone, under which notes are made early."""
    page = browser.new_context(base_url=app).new_page()
    sign_in(page, app, "admin@example.com")
    page.goto("/admin/prompts/new/")
    page.get_by_label("Name", exact=True).fill("Forgetful")
    page.get_by_label("Everyone may choose it").check()
    page.get_by_role("button", name="Save").click()
    found = page.url.rstrip("/").rpartition("/")[2]
    page.get_by_role("link", name="Write the text").click()
    page.get_by_label("What Claude is told").fill("Be helpful.")
    page.get_by_label("Summarizer").fill(MARKS)
    page.get_by_role("button", name="Save as a new version").click()
    publish(page, "Notes come early.")
    page.context.close()
    return found


@pytest.fixture(scope="module")
def address(app: str, browser: Browser, cookies: Any) -> str:
    """A conversation of sixty turns, whose first tells something to be remembered."""
    prompt = a_forgetful_prompt(browser, app)
    context = browser.new_context(base_url=app, storage_state=cookies)
    page = context.new_page()
    page.goto(f"/?prompt={prompt}")
    send(page, f"{QUICK} Remember that the code word is Kingfisher.")
    wait_for(page, "done")
    for turn in range(1, TURNS):
        send(page, f"{QUICK} Tell me about topic {turn}")
        wait_for(page, "done")
    # Without a reload: the divider came while the page was open.
    expect(page.get_by_text(DIVIDER)).to_be_visible()
    url = page.url
    context.close()
    return url


@pytest.fixture
def thread(address: str, page: Page) -> Page:
    page.goto(address)
    return page


def notes(page: Page) -> Locator:
    page.get_by_text(DIVIDER).click()
    return page.locator(".memory-part").first


def test_the_divider_opens_to_the_notes_and_all_messages_stay(thread: Page) -> None:
    expect(notes(thread)).to_contain_text("the code word is Kingfisher")
    articles = thread.locator("#log > article")
    while (there := articles.count()) < 2 * TURNS:
        thread.locator("#log > .older").first.scroll_into_view_if_needed()
        expect(articles).not_to_have_count(there)
    assert articles.count() == 2 * TURNS
    above = thread.locator("#memory").evaluate("it => it.previousElementSibling.tagName")
    assert above == "ARTICLE"


def test_claude_still_knows_a_fact_of_the_first_turn(thread: Page) -> None:
    send(thread, f"{QUICK} What do you remember?")
    wait_for(thread, "done")
    expect(newest(thread)).to_contain_text("Kingfisher")


def test_a_corrected_note_is_what_claude_reads_until_it_is_undone(thread: Page) -> None:
    note = notes(thread)
    note.get_by_role("button", name="Correct").click()
    note.get_by_role("textbox", name="Notes").fill("- Remember that the code word is Heron.")
    note.get_by_role("button", name="Save").click()
    expect(note).to_contain_text("corrected by user@example.com")
    send(thread, f"{QUICK} What do you remember?")
    wait_for(thread, "done")
    expect(newest(thread)).to_contain_text("Heron")
    note.get_by_role("button", name="Undo correction").click()
    expect(note).to_contain_text("Kingfisher")


def test_a_correction_that_is_given_up_changes_nothing(thread: Page) -> None:
    note = notes(thread)
    note.get_by_role("button", name="Correct").click()
    note.get_by_role("textbox", name="Notes").fill("nonsense")
    note.get_by_role("button", name="Cancel").click()
    expect(note).to_contain_text("Kingfisher")
    expect(note).not_to_contain_text("nonsense")


def test_a_message_is_kept_word_for_word_until_it_is_released(thread: Page) -> None:
    first = thread.locator("#log > article").first
    first.hover()
    first.get_by_role("button", name="Keep").click()
    thread.get_by_role("button", name="Claude's memory").click()
    panel = thread.locator("#memory-panel")
    expect(panel.get_by_role("listitem")).to_have_count(1)
    panel.get_by_role("button", name="Release").click()
    expect(panel.get_by_role("listitem")).to_have_count(0)
    expect(panel).to_be_visible()


def test_the_meter_and_the_cost_are_told_in_words_too(thread: Page) -> None:
    meter = thread.get_by_role("button", name="Claude's memory")
    assert "percent full" in (meter.get_attribute("aria-label") or "")
    cost = newest(thread).locator(".message-cost")
    expect(cost).to_contain_text("tokens, $")
