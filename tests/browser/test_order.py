"""Stories of a person's own order: folders, tags, ticking many, the slash menu, temporary chats."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.attaching import a_text as a_file
from tests.browser.conftest import sign_in
from tests.browser.test_list import choose, row
from tests.browser.thread import asked, box, wait_for

ASKED = "[[sim: speed 0]] [[sim: text Yes.]] "


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def a_folder(page: Page, name: str) -> None:
    page.get_by_role("button", name="New folder").click()
    dialog(page).get_by_label("Name", exact=True).fill(name)
    dialog(page).get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def folder(page: Page, name: str) -> Locator:
    return page.locator(".folder", has_text=name)


def titled(page: Page, title: str) -> Locator:
    return page.locator("#lists .conversation", has_text=title)


def a_chat(page: Page, title: str) -> str:
    """A whole conversation of that name; answer its address."""
    asked(page, ASKED + title)
    page.get_by_role("button", name="Options of this chat").click()
    page.get_by_role("button", name="Rename", exact=True).click()
    dialog(page).get_by_label("Title").fill(title)
    dialog(page).get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def test_a_chat_moves_into_a_folder_in_every_tab(page: Page) -> None:
    a_folder(page, "Kitchen")
    address = a_chat(page, "Baking rye")
    other = page.context.new_page()
    other.goto(address)
    folder(other, "Kitchen").locator("summary").click()
    choose(page, "Move to a folder", row(page))
    dialog(page).get_by_label("Kitchen").check()
    dialog(page).get_by_role("button", name="Move").click()
    for each in (page, other):
        expect(each.locator("#conversations .conversation", has_text="Baking rye")).to_have_count(0)
        expect(each.locator("#place").get_by_role("link", name="Kitchen")).to_be_visible()
        expect(folder(each, "Kitchen").locator(".folder-count")).to_contain_text("1")
    expect(folder(other, "Kitchen").get_by_role("link", name="Baking rye")).to_be_visible()


def test_a_chat_begun_in_a_folder_stands_in_it(page: Page) -> None:
    a_folder(page, "Harbour")
    page.get_by_role("link", name="New chat in this folder").click()
    box(page).fill(ASKED + "Boats")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    page.locator("#place").get_by_role("link", name="Harbour").click()
    expect(page.locator(".folder-chat").get_by_role("link")).to_have_count(1)
    page.get_by_role("button", name="Delete the folder").click()
    dialog(page).get_by_role("button", name="Delete").click()
    expect(folder(page, "Harbour")).to_have_count(0)


def test_tags_narrow_the_list_and_show_at_the_top(page: Page) -> None:
    a_chat(page, "Plain one")
    a_chat(page, "Tagged one")
    page.get_by_role("button", name="Options of this chat").click()
    page.get_by_role("button", name="Tags", exact=True).click()
    dialog(page).get_by_label("New tags").fill("summer")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.locator("#place").get_by_text("summer")).to_be_visible()
    page.get_by_label("Only with the tag").select_option("summer")
    expect(titled(page, "Plain one")).to_have_count(0)
    expect(titled(page, "Tagged one")).to_be_visible()
    page.get_by_label("Only with the tag").select_option("")
    expect(titled(page, "Plain one")).to_be_visible()


def test_rows_are_ticked_by_range_and_archived_in_every_tab(page: Page) -> None:
    for title in ("Heap one", "Heap two", "Heap three"):
        a_chat(page, title)
    other = page.context.new_page()
    other.goto("/")
    page.get_by_role("button", name="Select chats").click()
    titled(page, "Heap three").get_by_role("checkbox").check()
    titled(page, "Heap one").get_by_role("checkbox").click(modifiers=["Shift"])
    expect(page.locator(".bulk-count")).to_have_text("Selected: 3")
    page.locator("#bulk").get_by_role("button", name="Archive", exact=True).click()
    for each in (page, other):
        expect(titled(each, "Heap")).to_have_count(0)
    expect(page.get_by_role("button", name="Select chats")).to_be_focused()


def test_the_keyboard_alone_ticks_and_deletes_after_asking(page: Page) -> None:
    a_chat(page, "Doomed one")
    page.get_by_role("button", name="Select chats").press("Enter")
    titled(page, "Doomed one").get_by_role("checkbox").press("Space")
    page.locator("#bulk").get_by_role("button", name="Delete").press("Enter")
    expect(dialog(page)).to_contain_text("Selected chats: 1")
    dialog(page).get_by_role("button", name="Delete").press("Enter")
    expect(titled(page, "Doomed one")).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()
    page.get_by_role("button", name="Select chats").press("Enter")
    expect(page.locator("#bulk")).to_be_visible()
    page.get_by_role("button", name="Select chats").press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()


def test_ticked_ones_leave_as_an_archive(page: Page, tmp_path: Path) -> None:
    for title in ("Crate one", "Crate two"):
        a_chat(page, title)
    page.get_by_role("button", name="Select chats").click()
    for title in ("Crate one", "Crate two"):
        titled(page, title).get_by_role("checkbox").check()
    page.locator("#bulk").get_by_role("button", name="Export").click()
    first = page.locator(".transfer").first
    expect(first).to_contain_text("Archive: 2 chats")
    with page.expect_download(timeout=60_000) as archive:
        first.get_by_role("link", name="Download").click(timeout=60_000)
    archive.value.save_as(tmp_path / "chats.zip")
    assert b"Crate two" in zipfile.ZipFile(tmp_path / "chats.zip").read("conversations.json")


def test_files_of_a_folder_go_along_with_its_chats(page: Page) -> None:
    a_folder(page, "Hive")
    page.get_by_label("Files to add").set_input_files([a_file("bees.txt"), a_file("wasps.txt")])
    page.get_by_role("button", name="Add", exact=True).click()
    files = page.locator("#folder-files .file")
    expect(files).to_have_count(2)
    page.get_by_role("button", name="Remove wasps.txt").click()
    expect(files).to_have_count(1)
    page.get_by_role("link", name="New chat in this folder").click()
    box(page).fill(f"{ASKED} What do bees do?")
    page.keyboard.press("Enter")
    wait_for(page, "done")


def a_text(page: Page, name: str, body: str) -> None:
    page.goto("/library/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("textbox", name="Text").fill(body)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def test_the_slash_menu_asks_for_what_a_text_wants(page: Page) -> None:
    a_text(page, "Weekly report", "A report on {{topic}}\nfor {{who}}")
    page.goto("/")
    box(page).press_sequentially("/week")
    option = page.get_by_role("option", name="Weekly report")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", re.compile("command-"))
    page.keyboard.press("Enter")
    dialog(page).get_by_label("topic").fill("rye <b>")
    dialog(page).get_by_label("who").fill("Ben")
    dialog(page).get_by_role("button", name="Put into the message").click()
    expect(box(page)).to_have_value("A report on rye <b>\nfor Ben")
    expect(box(page)).to_be_focused()


def test_a_slash_command_presses_what_the_menu_of_the_chat_has(page: Page) -> None:
    a_chat(page, "Leaving one")
    titled(page, "Leaving one").get_by_role("link").click()
    box(page).press_sequentially("/export")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("link", name="Markdown")).to_be_visible()
    expect(box(page)).to_have_value("")


def test_the_slash_menu_moves_by_arrows_and_escape_leaves_it(page: Page) -> None:
    box(page).press_sequentially("/")
    options = page.locator("#slash").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#slash")).to_be_hidden()
    expect(box(page)).to_have_value("/")
    box(page).press_sequentially("nothing so called")
    expect(page.locator("#slash")).to_be_hidden()


def test_a_command_renames_the_chat_on_a_phone(phone: Page) -> None:
    asked(phone, ASKED + "A question")
    box(phone).press_sequentially("/ren")
    phone.get_by_role("option", name="/rename").click()
    dialog(phone).get_by_label("Title").fill("By a command")
    dialog(phone).get_by_role("button", name="Rename").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("By a command")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_temporary_chat_is_unlisted_until_it_is_kept(page: Page) -> None:
    box(page).press_sequentially("/temp")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Temporary chat")).to_be_checked()
    box(page).fill(ASKED + "A secret")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    wait_for(page, "done")
    expect(page.get_by_text("Temporary chat: not listed")).to_be_visible()
    expect(row(page)).to_have_count(0)
    page.get_by_role("button", name="Keep this chat").click()
    expect(row(page)).to_be_visible()
    expect(page.locator("#temporary")).to_be_hidden()


def test_instructions_are_switched_off_for_one_chat(browser: Browser, app: str) -> None:
    page = browser.new_context(base_url=app).new_page()
    sign_in(page, app, "support@example.com")
    page.goto("/settings/instructions/")
    page.get_by_label("About you").fill("I am a baker.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds from the next answer on.")).to_be_visible()
    asked(page, ASKED + "A question")
    page.get_by_role("button", name="Options of this chat").click()
    switch = page.get_by_role("switch", name="Follow my instructions")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_be_focused()
