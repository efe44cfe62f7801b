"""What Copy puts on the clipboard."""

import base64

import pytest
from playwright.sync_api import Page, expect

from tests.browser.thread import newest, send, wait_for

SOURCE = "Some **bold** words.\n\n```python\nprint('a < b')\nx = 1\n```\n"


@pytest.fixture
def answered(page: Page) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    send(page, f"[[sim: speed 0]] [[sim: text64 {base64.b64encode(SOURCE.encode()).decode()}]]")
    wait_for(page, "done")
    return page


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_copy_of_a_message_gives_its_markdown(answered: Page) -> None:
    newest(answered).locator("footer").get_by_role("button", name="Copy").click()
    expect(newest(answered).locator("footer").get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(answered).strip() == SOURCE.strip()


def test_copy_of_a_code_block_gives_the_code_alone(answered: Page) -> None:
    newest(answered).locator(".code-block").get_by_role("button", name="Copy").click()
    expect(newest(answered).locator(".code-copy")).to_have_text("Copied")
    assert clipboard(answered).strip() == "print('a < b')\nx = 1"
    expect(newest(answered).locator(".code-copy")).to_have_text("Copy")
