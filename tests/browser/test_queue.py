"""What is sent while an answer is being written waits below it, in every tab."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.thread import SLOW, box, is_being_written, newest, send, wait_for


def bubbles(page: Page) -> Locator:
    return page.locator(".waiting-message")


def send_meanwhile(page: Page, text: str) -> None:
    there = bubbles(page).count()
    box(page).fill(text)
    page.keyboard.press("Enter")
    expect(bubbles(page)).to_have_count(there + 1)


def test_a_message_waits_and_goes_on_by_itself_when_the_answer_stops(page: Page) -> None:
    send(page, SLOW)
    is_being_written(page)
    send_meanwhile(page, "[[sim: speed 0]] [[sim: text Second answer.]]")
    expect(box(page)).to_have_value("")
    expect(bubbles(page).get_by_text("Next in line")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(bubbles(page)).to_have_count(0)
    expect(wait_for(page, "done")).to_contain_text("Second answer.")
    expect(page.locator("article")).to_have_count(4)


def test_stop_stays_within_reach_beside_what_is_being_typed(page: Page) -> None:
    send(page, SLOW)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    box(page).fill("Meanwhile")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.locator("#composer-hint")).to_have_text("Waits its turn.")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(newest(page)).to_have_attribute("data-status", "stopped")
    expect(box(page)).to_have_value("Meanwhile")


def test_another_tab_shows_what_waits_and_keeps_what_is_reworded(page: Page) -> None:
    send(page, SLOW)
    is_being_written(page)
    other = page.context.new_page()
    other.goto(page.url)
    send_meanwhile(page, "First in line")
    expect(bubbles(other)).to_have_count(1)
    bubbles(other).get_by_role("button", name="Edit").click()
    form = other.get_by_role("textbox", name="Your message")
    form.fill("First, in other words")
    send_meanwhile(page, "Second in line")
    expect(bubbles(other)).to_have_count(2)
    expect(form).to_have_value("First, in other words")
    expect(form).to_be_focused()
    form.press("Enter")
    expect(form).to_have_count(0)
    for tab in (page, other):
        expect(bubbles(tab).first).to_contain_text("First, in other words")


def test_what_waits_is_withdrawn_by_keyboard(page: Page) -> None:
    send(page, SLOW)
    is_being_written(page)
    send_meanwhile(page, "Never mind")
    bubbles(page).get_by_role("button", name="Withdraw").focus()
    page.keyboard.press("Enter")
    expect(bubbles(page)).to_have_count(0)
    page.reload()
    expect(bubbles(page)).to_have_count(0)


def test_on_a_phone_what_waits_fits_and_can_be_withdrawn(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    send(page, SLOW)
    is_being_written(page)
    send_meanwhile(page, "a-word-without-an-end" * 20)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    bubbles(page).get_by_role("button", name="Withdraw").click()
    expect(bubbles(page)).to_have_count(0)
