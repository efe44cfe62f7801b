"""The hostile texts in a real browser, on their way through the whole of the app.

All in one answer, cut and mixed differently each time; the few that swallow what follows them
stand at the end of one answer each. A watcher looks at every node of a message as it comes.
"""

import base64
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chatapp.rendering import render
from tests.browser.conftest import Watch
from tests.browser.thread import send, wait_for
from tests.security.payloads import CANARY_HOST, PAYLOADS

pytestmark = pytest.mark.timeout(300)

# Deltas of so many characters, so many a second: some hundred frames of all sizes.
CHUNKINGS = [(3, 2500), (7, 1500), (41, 200), (611, 12)]
WATCHER = """
  window.wrong = [];
  window.steps = 0;
  const TAGS = new Set(["A", "BLOCKQUOTE", "BR", "BUTTON", "CODE", "DEL", "DETAILS", "DIV", "EM",
    "H1", "H2", "H3", "H4", "H5", "H6", "HR", "LI", "OL", "P", "PRE", "SPAN", "STRONG", "SUMMARY",
    "SUP", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL"]);
  const NAMES = new RegExp("^(align|aria-label|class|data-(block|copy|language|live|math-style|"
    + "note|tail|tex)|dir|href|rel|role|start|tabindex|target|type)$");
  // What the page puts beside a text is made of its own template, and filled with plain words.
  const OURS = ".block-tools, .diagram, .diagram-failed, .outline";
  const formula = (node) => {
    const names = [...node.attributes].map(({ name }) => name);
    const does = /^(a|button|form|iframe|img|input|object|script)$/i.test(node.tagName);
    if (does || names.some((it) => /^on|href$|src$/.test(it))) wrong.push(node.outerHTML);
  };
  const look = (node) => {
    if (!(node instanceof Element) || !node.parentElement?.closest("[data-message-body]")) return;
    if (node.closest(OURS)) return;
    if (node.closest(".katex")) return formula(node);
    if (!TAGS.has(node.tagName)) wrong.push(node.outerHTML);
    for (const { name, value } of node.attributes) {
      if (!NAMES.test(name)) wrong.push(name + " of " + node.outerHTML);
      if (name === "href" && !/^(https?|mailto):/.test(value)) wrong.push(value);
    }
  };
  new MutationObserver((records) => {
    window.steps += records.some((record) => record.target.closest?.("[data-live]"));
    for (const record of records) {
      look(record.target);
      for (const node of record.addedNodes) {
        look(node);
        node.querySelectorAll?.("*").forEach(look);
      }
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
"""


class Canary(HTTPServer):
    """A host that nobody may ever call; it remembers who did."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        super().__init__(("127.0.0.1", 0), Singing)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Singing(BaseHTTPRequestHandler):
    server: Canary

    def do_GET(self) -> None:
        self.server.calls.append(self.path)
        self.send_error(404)

    do_POST = do_OPTIONS = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the list is what counts."""


@pytest.fixture
def canary() -> Iterator[Canary]:
    server = Canary()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(app: str, browser: Browser, cookies: Any, canary: Canary) -> Iterator[Page]:
    """A page under watch; whatever a payload achieved fails the test."""
    context = browser.new_context(base_url=app, storage_state=cookies)
    context.add_init_script(WATCHER)
    watch, dialogs, page = Watch(app), list[str](), context.new_page()
    watch.follow(context)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto("/")
    yield page
    assert_calm(page)
    assert dialogs == canary.calls == watch.wrong == []
    assert page.url.startswith(f"{app}/c/")
    assert len(context.pages) == 1
    context.close()


def assert_calm(page: Page) -> None:
    assert page.evaluate("[top.pwned, window.wrong]") == [None, []]


def texts(canary: Canary) -> list[str]:
    """All payloads as a model can write them, calling our canary."""
    whole = (payload.text.encode(errors="replace").decode() for payload in PAYLOADS)
    return [text.replace(CANARY_HOST, canary.host) for text in whole]


def swallows(text: str) -> bool:
    """Whether what follows that text in an answer becomes a part of it."""
    return not render(f"{text}\n\nafter").rstrip().endswith("<p>after</p>")


def answer_of(canary: Canary, number: int) -> str:
    """All payloads in an order of their own, and one of those that swallow the rest."""
    swallowing = [text for text in texts(canary) if swallows(text)]
    assert len(swallowing) == len(CHUNKINGS)
    others = [text for text in texts(canary) if not swallows(text)]
    random.Random(number).shuffle(others)
    return "\n\n".join([*others, swallowing[number]])


def bodies(page: Page) -> list[str]:
    """What came from the server; what the page draws beside it comes when it is near the view."""
    html = """all => all.map((one) => {
      const copy = one.cloneNode(true);
      copy.querySelectorAll(".block-tools, .diagram, .diagram-failed").forEach((it) => it.remove());
      copy.querySelectorAll(".is-drawn").forEach((it) => it.classList.remove("is-drawn"));
      return copy.innerHTML;
    })"""
    return page.locator("[data-message-body]").evaluate_all(html)  # type: ignore[no-any-return]


@pytest.mark.parametrize("number", range(len(CHUNKINGS)), ids=[str(c) for c in CHUNKINGS])
def test_nothing_that_a_model_writes_comes_alive(page: Page, canary: Canary, number: int) -> None:
    characters, speed = CHUNKINGS[number]
    text = answer_of(canary, number)
    pace = f"[[sim: first 0]] [[sim: delta {characters}]] [[sim: speed {speed}]]"
    thought = "[[sim: thinking <img src=x onerror=top.pwned=1> <b hx-get=/ hx-trigger=load>]]"
    send(page, f"{pace} {thought} [[sim: text64 {base64.b64encode(text.encode()).decode()}]]")
    wait_for(page, "done")
    streamed = bodies(page)
    paragraphs = page.locator("[data-message-body] .block-text").last.locator("p").count()
    assert paragraphs == render(text).count("<p>")
    assert page.evaluate("window.steps") > 20
    assert_calm(page)
    page.reload()
    wait_for(page, "done")
    assert bodies(page) == streamed


def test_diagrams_are_drawn_or_refused_and_do_nothing_else(page: Page, canary: Canary) -> None:
    diagrams = [it.text for it in PAYLOADS if it.kind == "diagrams"]
    text = "\n\n".join(diagrams).replace(CANARY_HOST, canary.host)
    send(page, f"[[sim: speed 0]] [[sim: text64 {base64.b64encode(text.encode()).decode()}]]")
    blocks = wait_for(page, "done").locator(".code-block")
    for number in range(len(diagrams)):
        blocks.nth(number).scroll_into_view_if_needed()
        blocks.nth(number).locator(".diagram-failed, iframe[style]").wait_for()
    assert len(page.frames) > 1


def test_nothing_that_a_person_writes_comes_alive(page: Page, canary: Canary) -> None:
    text = "\n\n".join(texts(canary)).replace("\x00", "")
    send(page, f"[[sim: speed 0]] {text}")
    wait_for(page, "done")
    sent = bodies(page)
    assert_calm(page)
    page.reload()
    wait_for(page, "done")
    assert bodies(page) == sent
    words = page.locator("[data-message-body]").first.inner_text()
    assert words.count("top.pwned=1") == text.count("top.pwned=1")


def test_the_watch_would_notice(page: Page, canary: Canary) -> None:
    send(page, "[[sim: speed 0]]")
    wait_for(page, "done")
    plant = """(html) => {
      const made = new DOMParser().parseFromString(html, "text/html").body.firstChild;
      document.querySelector("[data-message-body]").append(made);
      return new Promise((done) => setTimeout(() => done(window.wrong.splice(0).length)));
    }"""
    for html in ("<img>", "<b hx-get=/>", "<a href=data:,>", "<form>", "<p id=log>"):
        assert page.evaluate(plant, html) > 0
