"""A whole app with the simulator, and Chromium signed in to it.

Every page is watched: a script error, a breach of the content security policy or a request
that leaves the app fails the test that opened it.
"""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from chatapp.ops.children import spawn, wait_until
from tests.environment import PROJECT, free_port, make_folder

PASSWORD = "a password for the demo"
START_SECONDS = 180  # on a machine that is busy with much else


def _answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(address + "/accounts/login/") as response:
        return bool(response.status == 200)
    return False


@pytest.fixture(scope="session")
def app() -> Iterator[str]:
    """The address of the app, started as a newcomer starts it, with a database of its own."""
    folder, port = make_folder(), free_port()
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    environ = {**kept, "DATA_DIR": str(folder), "PORT": str(port), "DEMO_PASSWORD": PASSWORD}
    with open(folder / "serve.log", "wb") as output:
        server = spawn(
            [sys.executable, PROJECT / "manage.py", "serve"], environ=environ, output=output
        )
    address = f"http://127.0.0.1:{port}"
    try:
        assert wait_until(lambda: _answers(address), START_SECONDS), (
            folder / "serve.log"
        ).read_text()
        yield address
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


# For a module, not for the session: as long as Playwright is there, an event loop runs in
# this thread, and no test after it could run one of its own.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def sign_in(page: Page, address: str, email: str = "user@example.com") -> None:
    page.goto(address + "/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Message").wait_for()


@pytest.fixture(scope="module")
def cookies(app: str, browser: Browser) -> Any:
    context = browser.new_context()
    sign_in(context.new_page(), app)
    state = context.storage_state()
    context.close()
    return state


class Watch:
    """What pages did that none of ours may do."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.wrong: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("requestfinished", lambda request: self._foreign(request.url))
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("console", self._console)

    def _request(self, request: Request) -> None:
        # What the frame of a diagram asks for is refused there; it would be seen to be finished.
        if not self._is_framed(request):
            self._foreign(request.url)

    @staticmethod
    def _is_framed(request: Request) -> bool:
        with suppress(Error):  # a worker's has no frame
            return request.frame.url.endswith("/diagram/")
        return False

    def _foreign(self, url: str) -> None:
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        if not url.startswith(own):
            self.wrong.append(f"request to {url}")

    def _console(self, message: ConsoleMessage) -> None:
        # What Mermaid makes of hostile words is refused in its frame, which is there for that.
        is_of_frame = re.search(r"/diagram/$|/vendor/mermaid/", message.location["url"])
        if "Content Security Policy" in message.text and not is_of_frame:
            self.wrong.append(message.text)


@pytest.fixture
def options() -> dict[str, Any]:
    """What a module's browsers have that others have not."""
    return {}


class Contexts:
    """The browsers of a module by their options. What one has loaded, the next test need not.

    Without the service worker, unless a test is about it: once it is in charge, at no certain
    time, it asks in the page's place, and what a test would hold up or lose goes past the test.
    """

    def __init__(self, app: str, browser: Browser) -> None:
        self.app, self.browser = app, browser
        self._made: dict[str, tuple[BrowserContext, Watch]] = {}

    def one(self, options: dict[str, Any]) -> tuple[BrowserContext, Watch]:
        if repr(options) not in self._made:
            size = {"width": 1280, "height": 800}
            usual = {"base_url": self.app, "viewport": size, "service_workers": "block"}
            context = self.browser.new_context(**{**usual, **options})
            context.set_default_timeout(15_000)
            watch = Watch(self.app)
            watch.follow(context)
            self._made[repr(options)] = context, watch
        return self._made[repr(options)]

    def renew(self, options: dict[str, Any]) -> None:
        """Drop all that a test left there but scripts and styles."""
        context, _ = self._made[repr(options)]
        try:
            self._empty(context)
            if granted := options.get("permissions"):
                context.grant_permissions(granted)
        except Error:
            self._made.pop(repr(options))
            context.close()

    def _empty(self, context: BrowserContext) -> None:
        context.set_offline(False)
        context.clear_permissions()
        context.clear_cookies()
        for page in context.pages[1:]:
            page.close()
        page = context.pages[0] if context.pages else context.new_page()
        # A page that is left may still keep a draft.
        page.goto("about:blank")
        what = {"origin": self.app, "storageTypes": "all"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", what)
        page.close()


@pytest.fixture(scope="module")
def contexts(app: str, browser: Browser) -> Contexts:
    return Contexts(app, browser)


@pytest.fixture
def context(contexts: Contexts, cookies: Any, options: dict[str, Any]) -> Iterator[BrowserContext]:
    """A signed-in browser that knows nothing of other tests."""
    context, watch = contexts.one(options)
    context.add_cookies(cookies["cookies"])
    watch.wrong.clear()
    yield context
    contexts.renew(options)
    assert watch.wrong == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    return page
