"""`python -m bench.weight [--data FOLDER] [--slow 4]`: what a page weighs in a real browser.

Chromium opens the first page and a thread of 1,000 messages, for the first time and again, its
processor slowed four times: what came over the network, when the largest piece was painted, how
long the page could not answer (the part over 50 ms of each long task until it was quiet); the
median of some visits, each first one by a browser that has nothing. Without the service worker,
behind which the bytes of a page cannot be counted; it brings one page of a kilobyte. Then
somebody types in that thread, with all of it on the page, while the simulator writes an answer,
on a processor as it is and on a slowed one.
"""

import argparse
import json
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from bench.member import CONVERSATIONS, LONG, opened
from bench.review import ALL, free_port, is_open, running
from bench.search import figures
from bench.systems import Process, wait_for
from tests.finding import chromium_path

AIMS: Final = {"first": (250, 1500, 150), "later": (30, 1500, 150)}  # KB, ms painted, ms blocked
KEY: Final = 50  # ms from a key to the next frame, at the 95th percentile
QUIET: Final = 1_500  # ms without which a page is not yet done
VISITS: Final = 7
TYPED: Final = "the quick brown fox jumps over the lazy dog " * 3
ANSWER: Final = "[[sim: speed 25]] [[sim: giant 6000]]"
WATCH: Final = """
window.seen = { painted: 0, blocked: 0 };
new PerformanceObserver((list) => { seen.painted = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) seen.blocked += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });
"""
# From the key until after the frame that shows it; the event's own stamp is when it was pressed.
KEYS: Final = """
window.keys = [];
document.querySelector("#text").addEventListener("keydown", (event) => {
  const pressed = event.timeStamp;
  requestAnimationFrame(() => setTimeout(() => keys.push(performance.now() - pressed)));
}, true);
"""


class Weighed:
    """A tab, its processor slowed, in which every byte is counted as it came."""

    def __init__(self, context: BrowserContext, slow: float) -> None:
        self.page: Page = context.new_page()
        self.bytes = 0
        session: CDPSession = context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
        session.on("Network.loadingFinished", self._count)
        self.page.add_init_script(WATCH)

    def _count(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def visit(self, path: str) -> tuple[float, float, float]:
        """KB that came, ms to the largest paint, ms blocked."""
        self.bytes = 0
        self.page.goto(path)
        self.page.wait_for_timeout(QUIET)
        seen = self.page.evaluate("seen")
        return self.bytes / 1024, seen["painted"], seen["blocked"]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--conversations", type=int, default=CONVERSATIONS)
    options.add_argument("--long", type=int, default=LONG, help="turns of the long thread")
    options.add_argument("--data", type=Path, help="the folder of a room, as bench.member has it")
    options.add_argument("--slow", type=float, default=4.0, help="times the processor is slowed")
    asked = options.parse_args()
    with ExitStack() as stack:
        person = opened(stack, asked)
        model, port = free_port(), free_port()
        simulator = Process(["-m", "chatapp.claude.simulator", "--port", str(model)], {}, ALL)
        stack.enter_context(running(simulator))
        environ = {"PORT": str(port), "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{model}"}
        app = Process(["manage.py", "web", "--with-runner"], environ, ALL)
        stack.enter_context(running(app))
        wait_for(lambda: is_open(port))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        measure(browser, f"http://127.0.0.1:{port}", person, asked.slow)


def measure(browser: Browser, url: str, person: dict[str, str], slow: float) -> None:
    print(
        "| page | visit | KB | largest paint ms | blocked ms | |",
        "|---|---|---|---|---|---|",
        sep="\n",
    )
    for name, path in (("/", "/"), ("a thread of 1,000", f"/c/{person['thread']}/")):
        visits(browser, url, person, path, slow)  # Chromium and the server are cold themselves
        seen = [visits(browser, url, person, path, slow) for _ in range(VISITS)]
        for visit, aims in AIMS.items():
            found = [median(values) for values in zip(*(one[visit] for one in seen), strict=True)]
            met = all(value < aim for value, aim in zip(found, aims, strict=True))
            row = " | ".join(f"{value:.0f}" for value in found)
            print(f"| {name} | {visit} | {row} | {'met' if met else '**not met**'} |", flush=True)
    for rate in (1.0, slow):
        half, most = figures(keys(signed_in(browser, url, person), person["thread"], rate))
        met = "met" if most < KEY else "**not met**"
        print(f"\nA key is shown after {half:.0f} ms, 95 of 100 within {most:.0f} ({met}),", end="")
        print(f" on a processor slowed {rate:.0f} times.", flush=True)


def visits(
    browser: Browser, url: str, person: dict[str, str], path: str, slow: float
) -> dict[str, tuple[float, float, float]]:
    """KB, ms painted and ms blocked of a first visit and of the one that follows."""
    context = signed_in(browser, url, person)
    found = {}
    for visit in AIMS:
        tab = Weighed(context, slow)
        found[visit] = tab.visit(path)
        tab.page.close()
    context.close()
    return found


def signed_in(browser: Browser, url: str, person: dict[str, str]) -> BrowserContext:
    context = browser.new_context(
        base_url=url, viewport={"width": 1280, "height": 800}, service_workers="block"
    )
    pairs = (pair.split("=", 1) for pair in person["cookie"].split("; "))
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in pairs])
    context.set_default_timeout(60_000)
    return context


def keys(context: BrowserContext, thread: str, slow: float) -> list[float]:
    """ms from each key to the frame that shows it, while an answer is written."""
    tab = Weighed(context, slow)
    tab.page.goto(f"/c/{thread}/?all=1")
    box = tab.page.get_by_role("textbox", name="Message")
    box.fill(ANSWER)
    box.press("Enter")
    tab.page.locator("#log > article:last-child[data-status=writing]").wait_for()
    tab.page.evaluate(KEYS)
    box.focus()
    tab.page.keyboard.type(TYPED, delay=80)
    took: list[float] = json.loads(tab.page.evaluate("JSON.stringify(keys)"))
    context.close()
    return took


if __name__ == "__main__":
    main()
