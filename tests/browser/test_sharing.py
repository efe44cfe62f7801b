"""Sharing a chat by a link, taking it along as a file, and bringing others in."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Watch
from tests.browser.thread import QUICK, asked
from tests.conversations.made_exports import chatgpt, claude

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def stranger(app: str, browser: Browser) -> BrowserContext:
    """Somebody who is not signed in."""
    context = browser.new_context(base_url=app)
    context.set_default_timeout(15_000)
    return context


def menu_item(page: Page, name: str) -> None:
    page.locator(".conversation").first.hover()
    page.locator(".conversation").first.get_by_role("button", name="Options of").click()
    page.get_by_role("button", name=name).click()
    page.get_by_role("dialog").wait_for()


def shared(page: Page, *ticks: str) -> str:
    """The address of a new link to the thread that is open."""
    page.get_by_role("button", name="Share this chat").click()
    for name in ticks:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", name="The link is made")).to_be_visible()
    return page.locator(".share-link code").inner_text()


def test_a_stranger_reads_a_shared_chat_until_it_is_revoked(
    page: Page, stranger: BrowserContext, app: str
) -> None:
    asked(page, f"{QUICK} Tables, lists and code please")
    link = shared(page)
    watch = Watch(app)
    watch.follow(stranger)
    reading = stranger.new_page()
    reading.goto(link)
    expect(reading.locator("article")).to_have_count(2)
    expect(reading.locator("article").first).to_contain_text("Tables, lists and code please")
    assert stranger.cookies() == []
    page.get_by_role("link", name="All my links").click()
    page.get_by_role("button", name="Revoke the link").first.click()
    expect(page.get_by_text("Revoked").first).to_be_visible()
    assert (reading.reload() or reading).status == 404
    expect(reading.get_by_text("This link leads nowhere")).to_be_visible()
    assert watch.wrong == []


def test_the_link_is_copied_by_its_button(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked(page, f"{QUICK} hello")
    link = shared(page, "Until I revoke it")
    page.get_by_role("dialog").get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_who_is_signed_in_goes_on_with_a_copy(page: Page) -> None:
    asked(page, f"{QUICK} hello")
    first = page.url
    page.goto(shared(page))
    page.get_by_role("link", name="Continue this chat").click()
    page.get_by_role("button", name="Continue this chat").click()
    page.wait_for_url("**/c/*/")
    assert page.url != first
    expect(page.locator("#log article")).to_have_count(2)


def test_a_chat_is_shared_from_a_phone_by_keyboard_alone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    asked(page, f"{QUICK} hello")
    page.get_by_role("button", name="Share this chat").press("Enter")
    page.get_by_role("dialog").wait_for()
    page.get_by_role("button", name="Make the link").press("Enter")
    expect(page.locator(".share-link code")).to_contain_text("/s/")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_chat_becomes_a_pdf_and_a_file(page: Page, tmp_path: Path) -> None:
    asked(page, f"{QUICK} Tables, lists and code please")
    menu_item(page, "Export…")
    with page.expect_download() as markdown:
        page.get_by_role("link", name="Markdown").click()
    markdown.value.save_as(tmp_path / "chat.md")
    assert "Tables, lists and code please" in (tmp_path / "chat.md").read_text()
    page.get_by_role("button", name="PDF").click()
    with page.expect_download(timeout=60_000) as pdf:
        newest = page.locator(".transfer").first
        newest.get_by_role("link", name="Download").click(timeout=60_000)
    pdf.value.save_as(tmp_path / "chat.pdf")
    text = PdfReader(tmp_path / "chat.pdf").pages[0].extract_text()
    assert "Tables, lists and code please" in text


def test_everything_leaves_and_what_others_made_comes_in(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps([chatgpt(), claude(), {"title": "Broken"}]))
    page.goto("/settings/transfers/")
    page.get_by_label("A file").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    first = page.locator(".transfer").first
    expect(first).to_contain_text(
        "2 conversations brought in, 0 here already, 1 not", timeout=60_000
    )
    first.get_by_text("What could not be read").click()
    expect(first).to_contain_text("No. 3 “Broken”")
    page.get_by_role("button", name="Export all my data").click()
    expect(first).to_contain_text("All my data")
    with page.expect_download(timeout=60_000) as archive:
        first.get_by_role("link", name="Download").click(timeout=60_000)
    archive.value.save_as(tmp_path / "all.zip")
    assert b"Of cats" in zipfile.ZipFile(tmp_path / "all.zip").read("conversations.json")


def test_an_exported_page_runs_nothing_and_is_whole(page: Page, tmp_path: Path) -> None:
    asked(page, f"{QUICK} <img src=x onerror=alert(1)> please")
    menu_item(page, "Export…")
    with page.expect_download() as html:
        page.get_by_role("link", name="HTML").click()
    html.value.save_as(tmp_path / "chat.html")
    opened = page.context.browser.new_page()  # type: ignore[union-attr]
    dialogs: list[Dialog] = []
    opened.on("dialog", lambda dialog: dialogs.append(dialog))
    opened.goto((tmp_path / "chat.html").as_uri())
    expect(opened.get_by_text("<img src=x onerror=alert(1)> please").last).to_be_visible()
    styled = "getComputedStyle(document.querySelector('.shared-user .prose')).borderRadius"
    assert opened.evaluate(styled) != "0px"
    assert dialogs == []
    opened.close()
