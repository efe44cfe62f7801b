"""A tab of a real Chromium that watches every state of its own DOM."""

import json
import random

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.faults.person import Person
from tests.faults.said import Page as Seen
from tests.faults.said import Said
from tests.faults.stack import WAIT_SECONDS

# Told by the console, so that what was wrong before a reload is known after it. The rule is
# that of Said.agrees.
WATCH = """
(() => {
  const wholes = %s;
  const bare = (text) => text.replace(/\\s/g, "");
  const isBeginning = (body) => {
    const parts = [...body.querySelectorAll(".block-text :is(p, pre code)")];
    const shown = parts.map((it) => it.textContent).join("\\n\\n").replace(/[`\\s]+$/, "");
    const seam = body.querySelector(".seam");
    return wholes.some((it) => seam ? bare(it).startsWith(bare(shown)) : it.startsWith(shown));
  };
  new MutationObserver(() => {
    const answers = [...document.querySelectorAll(".message-assistant")];
    if (new Set(answers.map((it) => it.id)).size < answers.length) console.log("WRONG: twice");
    for (const answer of answers) {
      const body = answer.querySelector("[data-message-body]");
      if (!isBeginning(body)) console.log("WRONG: " + body.textContent.slice(-80));
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
})();
"""
NEWEST = "#log > .message-assistant:last-child"


class Tab:
    """`wrong` collects every state of the page that was no beginning of what Claude said."""

    def __init__(self, page: Page, person: Person, *said: Said) -> None:
        self.page, self.person, self.said = page, person, said
        self.wrong: list[str] = []
        page.set_default_timeout(WAIT_SECONDS * 1000)
        page.add_init_script(WATCH % json.dumps([one.seen for one in said]))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith("WRONG"):
            self.wrong.append(message.text)

    def ask(self, speed: int = 150) -> None:
        """Begin a new chat by typing."""
        self.page.goto(self.person.address() + "/")
        self.say(self.said[-1].asked(speed))
        self.page.wait_for_url("**/c/*/")
        self.page.locator(NEWEST).wait_for()

    def say(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Message").fill(text)
        self.page.keyboard.press("Enter")

    @property
    def conversation(self) -> str:
        return self.page.url.split("/")[4]

    @property
    def shown(self) -> str:
        """Fails if nothing stands there: an answer that begins is an answer that is shown."""
        return Seen(self.page.locator(f"{NEWEST} [data-message-body]").inner_html()).text

    def grow(self, low: int = 50, high: int = 300) -> None:
        """Wait until a random number of characters more is shown, or all of it."""
        least = len(self.shown) + random.randint(low, high)
        self.page.wait_for_function(
            "([css, least]) => { const it = document.querySelector(css);"
            " return it.dataset.status == 'done' || it.textContent.length >= least; }",
            arg=[NEWEST, least],
        )

    def until_status(self, status: str, seconds: float = WAIT_SECONDS) -> None:
        self.page.locator(f"{NEWEST}[data-status={status}]").wait_for(timeout=seconds * 1000)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def shows_all(self) -> None:
        """It never showed anything but a beginning, and shows all of it now, once."""
        self.until_status("done")
        html = self.page.locator(f"{NEWEST} [data-message-body]").inner_html()
        assert self.said[-1].agrees(Seen(html), whole=True), html[-500:]
        assert self.wrong == []
        expect(self.page.locator("#log > article")).to_have_count(2 * len(self.said))
