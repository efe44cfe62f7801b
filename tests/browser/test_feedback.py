"""Judging an answer in the browser: a click, a reason, another mind; in two tabs."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.thread import QUICK, asked, newest


def thumb(page: Page, name: str) -> Locator:
    return newest(page).get_by_role("button", name=name)


def test_an_answer_is_judged_explained_and_judged_anew(page: Page) -> None:
    asked(page, f"{QUICK} Hello there")
    other = page.context.new_page()
    other.goto(page.url)
    thumb(page, "Bad answer").click()
    expect(thumb(page, "Bad answer")).to_have_attribute("aria-pressed", "true")
    expect(thumb(page, "Bad answer")).to_be_focused()
    expect(thumb(other, "Bad answer")).to_have_attribute("aria-pressed", "true")
    thumb(page, "Tell why").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Too long").click()
    dialog.get_by_role("textbox", name="Comment").fill("Half would do.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(thumb(other, "Too long")).to_have_count(1)
    page.reload()
    thumb(page, "Too long").click()
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("Half would do.")
    page.keyboard.press("Escape")
    for pressed in ("true", "false"):
        thumb(page, "Good answer").click()
        expect(thumb(page, "Good answer")).to_have_attribute("aria-pressed", pressed)
        expect(thumb(page, "Bad answer")).to_have_attribute("aria-pressed", "false")
