"""The door: in, out, and what other tabs learn of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.thread import box


@pytest.fixture
def stranger(app: str, browser: Browser) -> Page:
    return browser.new_context(base_url=app).new_page()


def test_someone_who_signs_in_comes_to_the_page_they_wanted(stranger: Page, app: str) -> None:
    stranger.goto("/settings/")
    assert "/accounts/login/" in stranger.url
    stranger.get_by_label("Email").fill("support@example.com")
    stranger.get_by_label("Password").fill("a password for the demo")
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_url(app + "/settings/")


def test_a_wrong_password_is_said_in_a_sentence(stranger: Page) -> None:
    stranger.goto("/accounts/login/")
    stranger.get_by_label("Email").fill("nobody@example.com")
    stranger.get_by_label("Password").fill("not the password")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert").filter(has_text="not correct")).to_be_visible()


def test_signing_out_forgets_drafts_and_tells_the_other_tabs(stranger: Page, app: str) -> None:
    sign_in(stranger, app, "support@example.com")
    other = stranger.context.new_page()
    other.goto(app)
    box(stranger).fill("a secret thought")
    stranger.get_by_role("button", name="Account of").click()
    stranger.get_by_role("button", name="Sign out").click()
    stranger.wait_for_url("**/accounts/login/**")
    assert stranger.evaluate("Object.keys(localStorage)") == []
    expect(other.locator("#connection")).to_contain_text("signed out", timeout=40_000)


def test_the_colours_that_someone_chose_hold_on_every_page(stranger: Page, app: str) -> None:
    sign_in(stranger, app, "admin@example.com")
    stranger.emulate_media(color_scheme="light")
    stranger.goto("/settings/")
    stranger.get_by_role("radio", name="Dark").check()
    stranger.get_by_role("button", name="Save").click()
    expect(stranger.get_by_text("Saved.")).to_be_visible()
    stranger.goto("/")
    colour = stranger.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert colour == "dark"


def test_what_is_sent_after_the_session_ended_is_not_lost(page: Page) -> None:
    page.context.clear_cookies(name="session")
    box(page).fill("an important question")
    box(page).press("Enter")
    expect(page.locator("#composer-error")).to_contain_text("signed out")
    expect(box(page)).to_have_value("an important question")
