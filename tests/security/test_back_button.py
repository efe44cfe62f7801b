"""What a browser still shows after its person has signed out."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import sign_in
from tests.browser.thread import asked


def test_back_after_signing_out_shows_nothing_private(app: str, browser: Browser) -> None:
    context = browser.new_context(base_url=app)
    page = context.new_page()
    sign_in(page, app)
    asked(page, "[[sim: speed 0]] [[sim: text A private answer.]]")
    page.locator(".account-button").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()
    for _ in range(2):
        page.go_back()
        expect(page.get_by_text("A private answer.")).to_have_count(0)
        expect(page.get_by_label("Password")).to_be_visible()
    context.close()
