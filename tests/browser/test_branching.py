"""Versions of messages: asked and answered otherwise, and moved between, in every tab."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.thread import asked, body, box, newest, wait_for

FIRST = "[[sim: speed 0]] [[sim: text First answer.]]"
SECOND = "[[sim: speed 0]] [[sim: text Second answer.]]"


def question(page: Page) -> Locator:
    return page.locator("#log > article.message-user").last


def edit(page: Page, text: str) -> None:
    question(page).hover()
    question(page).get_by_role("button", name="Edit").click()
    form = page.get_by_role("textbox", name="Your message")
    form.fill(text)
    form.press("Enter")


def second_version(page: Page) -> None:
    """A thread whose question was asked otherwise, with both answers whole."""
    asked(page, FIRST)
    edit(page, SECOND)
    expect(body(page)).to_contain_text("Second answer.")
    wait_for(page, "done")


def place(page: Page) -> Locator:
    return page.locator(".versions-place")


def test_an_edited_message_is_a_version_and_arrows_lead_back(page: Page) -> None:
    asked(page, FIRST)
    edit(page, SECOND)
    expect(body(page)).to_contain_text("Second answer.")
    expect(place(page)).to_have_text("2 / 2")
    page.get_by_role("button", name="Show version 1 of 2").click()
    expect(body(page)).to_contain_text("First answer.")
    page.reload()
    expect(place(page)).to_have_text("1 / 2")
    expect(body(page)).to_contain_text("First answer.")


def test_another_tab_follows_and_keeps_what_is_being_edited(page: Page) -> None:
    asked(page, FIRST)
    other = page.context.new_page()
    other.goto(page.url)
    question(other).hover()
    question(other).get_by_role("button", name="Edit").click()
    form = other.get_by_role("textbox", name="Your message")
    form.fill("Half a thought")
    edit(page, SECOND)
    wait_for(page, "done")
    expect(body(other)).to_contain_text("Second answer.")
    expect(form).to_have_value("Half a thought")
    expect(form).to_be_focused()
    form.fill("[[sim: speed 0]] [[sim: text Third answer.]]")
    form.press("Enter")
    for tab in (page, other):
        expect(body(tab)).to_contain_text("Third answer.")
        expect(place(tab)).to_have_text("3 / 3")
    expect(form).to_have_count(0)


def test_focus_stays_on_the_arrow_and_its_end_is_told(page: Page) -> None:
    second_version(page)
    arrow = page.locator("[data-focus=earlier]")
    arrow.focus()
    page.keyboard.press("Enter")
    expect(place(page)).to_have_text("1 / 2")
    expect(arrow).to_be_focused()
    expect(arrow).to_have_accessible_name("No earlier version")
    expect(page.get_by_role("group", name="Version 1 of 2")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(place(page)).to_have_text("2 / 2")
    expect(page.locator("[data-focus=later]")).to_be_focused()


def test_an_edit_is_left_with_escape_and_nothing_changes(page: Page) -> None:
    asked(page, FIRST)
    question(page).hover()
    question(page).get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Your message").press("Escape")
    expect(page.locator("[data-editing]")).to_have_count(0)
    expect(question(page).get_by_role("button", name="Edit")).to_be_focused()
    expect(question(page).locator("[data-message-body]")).to_be_visible()


def test_an_answer_is_given_again_by_another_model(page: Page) -> None:
    asked(page, FIRST)
    old = newest(page).locator(".message-model").inner_text()
    newest(page).get_by_role("button", name="More").click()
    newest(page).get_by_role("button", name="Answer again").click()
    chips = page.get_by_role("dialog").locator(".chip")
    chips.filter(has_not_text=re.compile(f"^{re.escape(old)}$")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Answer again").click()
    expect(place(page)).to_have_text("2 / 2")
    wait_for(page, "done")
    expect(newest(page).locator(".message-model")).not_to_have_text(old)


def test_a_new_chat_begins_from_a_message(page: Page) -> None:
    asked(page, FIRST)
    box(page).fill(SECOND)
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_have_count(4)
    wait_for(page, "done")
    old, first = page.url, page.locator("article.message-assistant").first
    first.get_by_role("button", name="More").click()
    first.get_by_role("button", name="New chat from here").click()
    page.wait_for_url(lambda url: url != old)
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("#title")).to_contain_text("Branch of")
    edit(page, SECOND)
    expect(body(page)).to_contain_text("Second answer.")


def test_a_branch_is_deleted_after_it_said_how_much_goes(page: Page) -> None:
    second_version(page)
    question(page).hover()
    question(page).get_by_role("button", name="More").click()
    question(page).get_by_role("button", name="Delete from here").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 messages")
    dialog.get_by_role("button", name="Delete").click()
    expect(body(page)).to_contain_text("First answer.")
    expect(page.locator(".versions")).to_have_count(0)


def test_on_a_phone_a_message_is_edited_and_versions_are_reached(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    second_version(page)
    page.get_by_role("button", name="Show version 1 of 2").click()
    expect(body(page)).to_contain_text("First answer.")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
