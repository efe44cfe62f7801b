"""The list of conversations: names, pins, the archive, deletion, the filter, older pages."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.thread import asked, send, wait_for


@pytest.fixture
def thread(page: Page) -> Page:
    """A page on a whole conversation of this test alone."""
    asked(page, "[[sim: speed 0]] [[sim: text Yes.]] A question")
    return page


def row(page: Page) -> Locator:
    return page.locator(f"#conversation-{page.url.rstrip('/').rpartition('/')[2]}")


def choose(page: Page, action: str, of: Locator | None = None) -> None:
    """Open a conversation's menu and take one entry."""
    of = of or row(page)
    of.hover()
    of.get_by_role("button", name="Options of").click()
    of.get_by_role("button", name=action, exact=True).click()


def rename(page: Page, title: str) -> None:
    choose(page, "Rename")
    row(page).get_by_role("textbox", name="Title").fill(title)
    page.keyboard.press("Enter")
    expect(row(page).get_by_role("link")).to_have_text(title)


def test_the_current_conversation_is_marked_and_titled(thread: Page) -> None:
    expect(row(thread).get_by_role("link")).to_have_attribute("aria-current", "page")
    title = row(thread).get_by_role("link").inner_text()
    expect(thread.get_by_role("heading", level=1)).to_have_text(title)


def test_a_new_name_shows_everywhere_and_stays(thread: Page) -> None:
    other = thread.context.new_page()
    other.goto(thread.url)
    rename(thread, "Rivers of the north")
    for page in (thread, other):
        expect(page.get_by_role("heading", level=1)).to_have_text("Rivers of the north")
        expect(page).to_have_title("Rivers of the north · Chat")
    thread.reload()
    expect(row(thread).get_by_role("link")).to_have_text("Rivers of the north")


def test_a_menu_that_is_open_is_not_torn_away_by_news(thread: Page) -> None:
    other = thread.context.new_page()
    other.goto(thread.url)
    row(thread).hover()
    row(thread).get_by_role("button", name="Options of").click()
    rename(other, "Named elsewhere")
    expect(thread.get_by_role("heading", level=1)).to_have_text("Named elsewhere")
    expect(row(thread).get_by_role("button", name="Rename")).to_be_visible()
    thread.keyboard.press("Escape")
    expect(row(thread).get_by_role("link")).to_have_text("Named elsewhere")


def test_focus_is_on_the_conversation_after_it_was_renamed(thread: Page) -> None:
    rename(thread, "With focus")
    expect(row(thread).get_by_role("link")).to_be_focused()


def test_escape_leaves_the_name_as_it_was(thread: Page) -> None:
    rename(thread, "As it was")
    choose(thread, "Rename")
    row(thread).get_by_role("textbox", name="Title").fill("Something else")
    thread.keyboard.press("Escape")
    expect(row(thread).get_by_role("link")).to_have_text("As it was")
    expect(row(thread).get_by_role("link")).to_be_focused()


def test_a_pinned_conversation_stands_on_top_until_it_is_unpinned(thread: Page) -> None:
    choose(thread, "Pin")
    expect(row(thread)).to_have_attribute("data-group", "Pinned")
    assert thread.locator("#conversations > li").first.inner_text() == "Pinned"
    thread.reload()
    expect(row(thread)).to_have_attribute("data-group", "Pinned")
    choose(thread, "Unpin")
    expect(row(thread)).to_have_attribute("data-group", "Today")


def test_an_archived_conversation_leaves_the_list_and_comes_back(thread: Page) -> None:
    kept = row(thread)
    rename(thread, "For the archive")
    choose(thread, "Archive")
    expect(kept).to_have_count(0)
    thread.get_by_role("button", name="Account of").click()
    thread.get_by_role("link", name="Archived chats").click()
    expect(thread.get_by_role("link", name="For the archive")).to_be_visible()
    choose(thread, "Unarchive", kept)
    expect(kept).to_have_count(0)
    thread.goto("/")
    expect(thread.get_by_role("link", name="For the archive").first).to_be_visible()


def test_deleting_asks_first_and_really_deletes(thread: Page) -> None:
    address = thread.url
    choose(thread, "Delete")
    dialog = thread.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    choose(thread, "Delete")
    dialog.get_by_role("button", name="Delete").click()
    thread.wait_for_url(re.compile(r"//[^/]+/$"))
    answer = thread.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(thread.get_by_role("heading", level=1)).to_have_text("Not found")


def test_a_conversation_deleted_in_another_tab_is_said(thread: Page) -> None:
    other = thread.context.new_page()
    other.goto(thread.url)
    choose(other, "Delete")
    other.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(thread.locator("#connection")).to_contain_text("no longer", timeout=40_000)


def test_the_filter_narrows_the_list_at_once_and_forgets(thread: Page) -> None:
    rename(thread, "Zebras and zinnias")
    box = thread.get_by_role("searchbox", name="Filter conversations")
    box.fill("ZINN")
    expect(thread.locator(".conversation:visible")).to_have_count(1)
    box.fill("nothing is called like this")
    expect(thread.get_by_text("No conversation is called")).to_be_visible()
    box.fill("")
    expect(row(thread)).to_be_visible()


def test_a_new_conversation_comes_to_the_top_of_every_tab(thread: Page) -> None:
    other = thread.context.new_page()
    other.goto("/")
    send(other, "[[sim: speed 0]] Something new")
    wait_for(other, "done")
    newest = other.url.rstrip("/").rpartition("/")[2]
    expect(thread.locator(f"#conversation-{newest}")).to_be_visible()
    unpinned = thread.locator(".conversation[data-pinned='0']").first
    expect(unpinned).to_have_attribute("id", f"conversation-{newest}")


MANY = """async count => {
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
  for (let made = 0; made < count; made++)
    await fetch("/c/", {method: "POST", headers, redirect: "manual", body: new URLSearchParams(
      {message_id: crypto.randomUUID(), text: "[[sim: speed 0]] [[sim: text Yes.]] " + made})})
}"""


def test_older_conversations_come_as_one_scrolls(app: str, browser: Browser) -> None:
    page = browser.new_context(base_url=app).new_page()
    sign_in(page, app, "admin@example.com")
    before = page.locator(".conversation").count()
    assert before < 35, "all that there was shall stand on the second page at most"
    page.evaluate(MANY, 45)
    page.reload()
    expect(page.locator(".conversation")).to_have_count(40)
    # Titles still come in and draw their lines anew: no line is there for long enough to wait.
    page.locator("#conversations").evaluate("list => list.lastElementChild.scrollIntoView()")
    expect(page.locator(".conversation")).to_have_count(45 + before)
    expect(page.get_by_text("Today", exact=True)).to_have_count(1)
    page.context.close()
