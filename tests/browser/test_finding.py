"""Finding: the search, the palette, the keys, and the way back through a long thread."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.thread import QUICK, asked, box, send, wait_for

TURNS = 32  # more messages than a page opens with


@pytest.fixture(scope="module")
def long_thread(app: str, browser: Browser, cookies: Any) -> str:
    """The path of a thread that is longer than its page, whose first question is about okapis."""
    context = browser.new_context(base_url=app, storage_state=cookies)
    page = context.new_page()
    page.goto("/")
    send(page, f"{QUICK} [[sim: text Okapis live in the Ituri forest.]] What of okapis?")
    wait_for(page, "done")
    for turn in range(1, TURNS):
        send(page, f"{QUICK} [[sim: text Noted.]] Turn {turn}")
        wait_for(page, "done")
    path = page.url.removeprefix(app)
    context.close()
    return path


def palette(page: Page) -> Locator:
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Chat, words or action")
    expect(field).to_be_focused()
    return field


def active(page: Page) -> Locator:
    return page.locator("#palette [role=option][aria-selected=true]")


def top_of(message: Locator) -> float:
    return float(message.evaluate("it => it.getBoundingClientRect().top"))


def test_older_messages_come_as_one_scrolls_and_nothing_jumps(page: Page, long_thread: str) -> None:
    page.goto(long_thread)
    articles = page.locator("#log > article")
    expect(page.get_by_text(f"Turn {TURNS - 1}", exact=False).last).to_be_in_viewport()
    page.locator("#thread").evaluate("it => { it.scrollTop = 0 }")
    first = page.locator(f"[id='{articles.first.get_attribute('id')}']")
    before = top_of(first)
    expect(articles).to_have_count(2 * TURNS)
    expect(page.get_by_role("button", name="Older messages")).to_have_count(0)
    assert abs(top_of(first) - before) < 3


def test_a_keyboard_goes_back_by_a_button(page: Page, long_thread: str) -> None:
    # Without the eye that sees the gap come near.
    page.add_init_script("window.IntersectionObserver = class { observe() {} unobserve() {} }")
    page.goto(long_thread)
    button = page.get_by_role("button", name="Older messages")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#log > article")).to_have_count(2 * TURNS)
    expect(page.locator("#announcer")).to_have_text("More messages are shown.")
    expect(page.locator("#thread")).to_be_focused()


def test_an_answer_grows_below_what_was_loaded(page: Page, long_thread: str) -> None:
    page.goto(long_thread + "?all=1")
    count = page.locator("#log > article").count()
    send(page, f"{QUICK} [[sim: text Still here.]] And now?")
    wait_for(page, "done")
    expect(page.locator("#log > article")).to_have_count(count + 2)
    expect(page.locator("#log > article").last).to_contain_text("Still here.")


def test_a_change_far_up_is_not_shown_at_the_end(page: Page, long_thread: str) -> None:
    page.goto(long_thread + "?all=1")
    first = page.locator("#log > article").nth(1)
    other = page.context.new_page()
    other.add_init_script("window.IntersectionObserver = class { observe() {} unobserve() {} }")
    other.goto(long_thread)
    ids = other.locator("#log > article").evaluate_all("all => all.map(it => it.id)")
    with page.expect_response(re.compile("/feedback/")):
        first.get_by_role("button", name="Good answer").click()
    # A message that comes later shows that what came before it was taken in.
    send(page, f"{QUICK} [[sim: text Later.]] One more")
    expect(other.locator("#log > article").last).to_contain_text("Later.")
    now = other.locator("#log > article").evaluate_all("all => all.map(it => it.id)")
    assert now[: len(ids)] == ids
    assert len(now) == len(ids) + 2


def test_a_search_finds_as_one_types_and_opens_at_the_message(page: Page, long_thread: str) -> None:
    page.goto("/search/")
    page.keyboard.type('"ituri for', delay=20)
    hit = page.locator("#results section .hit").first
    expect(hit).to_contain_text("Okapis live in the Ituri")
    assert "words=%22ituri+for" in page.url
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results .hit-title")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("message="))
    message = page.locator("article[data-found]")
    expect(message).to_be_in_viewport()
    expect(message).to_contain_text("Ituri forest")
    assert page.evaluate("CSS.highlights.get('found').size") == 1
    # The end of the thread is there as well, so that it can go on.
    expect(box(page)).to_be_visible()
    expect(page.get_by_role("button", name="Messages in between")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("searchbox", name="Words")).to_have_value('"ituri for')
    expect(hit).to_contain_text("Okapis")


def test_filters_leave_out_what_does_not_fit(page: Page, long_thread: str) -> None:
    page.goto("/search/?words=ituri")
    expect(page.locator("#results .hit").first).to_be_visible()
    page.get_by_text("Filters").click()
    page.get_by_label("with attachment").check()
    expect(page.get_by_text("Nothing that fits.")).to_be_visible()
    assert "attachment=on" in page.url


def test_the_palette_goes_to_a_thread_by_its_words(page: Page, long_thread: str) -> None:
    field = palette(page)
    field.press_sequentially("ituri", delay=20)
    option = page.locator("#palette [data-href*=message]", has_text="Okapis live").first
    expect(option).to_be_visible()
    while not option.evaluate("it => it.ariaSelected === 'true'"):
        page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("message="))
    expect(page.locator("article[data-found]")).to_be_in_viewport()


def test_the_palette_does_what_the_page_can_do(page: Page) -> None:
    title = f"Palette {uuid.uuid4()}"
    asked(page, f"{QUICK} [[sim: text Yes.]] Something")
    palette(page).fill("rename")
    expect(active(page)).to_have_text("This chat: Rename")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Title").fill(title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    palette(page).fill("sett")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/")


def test_the_palette_closes_and_gives_the_focus_back(page: Page) -> None:
    box(page).focus()
    palette(page).fill("nothing is called so")
    expect(page.locator("#palette-empty")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(box(page)).to_be_focused()
    # While another dialogue is open, that one is answered first.
    page.locator("#thread").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_on_a_phone_the_palette_opens_from_the_drawer(page: Page) -> None:
    asked(page, f"{QUICK} [[sim: text Yes.]] Something")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Open conversations").click()
    page.get_by_role("button", name="Find").click()
    page.get_by_role("combobox", name="Chat, words or action").fill("rename")
    active(page).click()
    # A title is written in the drawer, which had closed.
    field = page.get_by_role("textbox", name="Title")
    expect(field).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
