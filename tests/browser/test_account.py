"""One's own account: what one looks like, where one is signed in, with what, in which words."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PASSWORD, Watch, sign_in
from tests.browser.thread import QUICK, asked, body

KEYS = "http://localhost:"  # passkeys know names alone, no addresses


@pytest.fixture
def stranger(app: str, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody is signed in to."""
    address = app.replace("http://127.0.0.1:", KEYS)
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    watch = Watch(address)
    watch.follow(context)
    yield context
    context.close()
    assert watch.wrong == []


def prove(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def by_password(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_an_app_is_set_up_asked_for_and_removed(stranger: BrowserContext) -> None:
    page = stranger.new_page()
    by_password(page, "support@example.com")
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set up an app").click()
    prove(page)
    assert page.get_by_alt_text("A QR code").evaluate("it => it.naturalWidth") > 50
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Switch on").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    kept = Path(download.value.path()).read_text().split()
    assert kept == page.locator("#recovery_codes li").all_inner_texts()
    sign_out(page)
    by_password(page, "support@example.com")
    page.get_by_label("Code").first.fill(kept[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("textbox", name="Message").wait_for()
    page.goto("/accounts/2fa/app/remove/")
    prove(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Is off.")).to_be_visible()


def with_authenticator(page: Page) -> None:
    """Chromium's own imitation of a device that knows its person."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    seen = {"hasUserVerification": True, "isUserVerified": True}
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, **seen}})


def test_a_passkey_signs_in_without_the_password(stranger: BrowserContext) -> None:
    page = stranger.new_page()
    with_authenticator(page)
    by_password(page, "support@example.com")
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a key").click()
    prove(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Add").click()
    page.locator("#recovery_codes").wait_for()
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("textbox", name="Message").wait_for()
    page.goto("/accounts/2fa/keys/")
    page.get_by_role("link", name="Remove My laptop").click()
    page.get_by_role("link", name="key").click()
    page.get_by_role("button", name="Use a key").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("There are none.")).to_be_visible()


def test_a_passkey_that_is_not_there_is_said(stranger: BrowserContext) -> None:
    page = stranger.new_page()
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('no'))")
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was used.")).to_be_visible()


def test_signing_out_elsewhere_tells_the_pages_there(app: str, browser: Browser) -> None:
    here, there = browser.new_page(base_url=app), browser.new_page(base_url=app)
    for page in (here, there):
        sign_in(page, app, "admin@example.com")
    here.goto("/accounts/sessions/")
    expect(here.get_by_text("this one")).to_have_count(1)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(there.locator("#connection")).to_contain_text("signed out")
    here.goto("/settings/")
    expect(here.get_by_role("heading", name="Settings")).to_be_visible()
    here.context.close()
    there.context.close()


def test_a_picture_stands_where_the_initials_were(page: Page, tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "teal").save(tmp_path / "me.png")
    page.goto("/settings/")
    expect(page.locator(".settings-picture span.picture")).to_have_text("U")
    page.get_by_label("Your picture").set_input_files(tmp_path / "me.png")
    page.get_by_role("button", name="Upload").click()
    page.goto("/")
    picture = page.locator(".account-button img.picture")
    picture.wait_for()
    assert picture.evaluate("async it => { await it.decode(); return it.naturalWidth }") == 128
    page.goto("/settings/")
    page.get_by_role("button", name="Remove the picture").click()
    expect(page.locator("img.picture")).to_have_count(0)


def choose(page: Page, **values: str) -> None:
    """Settle one's settings, whatever language they speak."""
    page.goto("/settings/")
    for field, value in values.items():
        page.locator(f"#id_{field}").select_option(value)
    with page.expect_response(lambda it: it.request.method == "POST" and "/settings/" in it.url):
        page.locator(".settings-form button").click()
    page.locator(".messages").wait_for()


def test_the_browser_tells_its_zone_and_pages_speak_the_chosen_language(
    app: str, browser: Browser
) -> None:
    page = browser.new_context(base_url=app, timezone_id="Asia/Tokyo", locale="fr-FR").new_page()
    page.goto("/accounts/login/")
    page.locator("#id_login").fill("admin@example.com")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator("#text").wait_for()
    # Another browser may have told the zone of this person already.
    with page.expect_response("**/accounts/zone/"):
        choose(page, time_zone="")
    page.goto("/settings/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#id_time_zone")).to_have_value("Asia/Tokyo")
    choose(page, locale="de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto("/accounts/sessions/")
    expect(page.locator(".session time").first).to_have_attribute(
        "title", re.compile(r"^\d+\. \w+")
    )
    choose(page, locale="", time_zone="")
    page.context.close()


MIXED = "[[sim: text # مرحبا\n\nשלום עולם, this is Hebrew.\n\n- قائمة\n- items\n\n`code`]]"
WAYS = """() => [...document.querySelectorAll("article:last-child .prose :is(h1, p, li, code)")]
  .filter(it => it.textContent.trim())
  .map(it => [it.tagName, getComputedStyle(it).unicodeBidi, getComputedStyle(it).direction])"""


def test_each_paragraph_runs_as_its_own_letters_do(page: Page) -> None:
    asked(page, f"{QUICK} {MIXED}")
    ways = page.evaluate(WAYS)
    assert ["H1", "plaintext", "rtl"] in ways
    assert [way for tag, _, way in ways if tag == "CODE"] == ["ltr"]
    heading, line = body(page).locator("h1"), body(page).locator("p").first
    for it in (heading, line):
        right = it.evaluate("""it => {
            const range = document.createRange(); range.selectNodeContents(it);
            return it.getBoundingClientRect().right - range.getBoundingClientRect().right; }""")
        assert right < 2


def test_deleting_the_account_can_be_taken_back(stranger: BrowserContext) -> None:
    page = stranger.new_page()
    by_password(page, "support@example.com")
    page.goto("/settings/")
    page.get_by_role("link", name="Delete the account").click()
    prove(page)
    page.get_by_label("Write support@example.com").fill("support@example.com")
    page.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_text("will be deleted on")).to_be_visible()
    by_password(page, "support@example.com")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("textbox", name="Message").wait_for()
