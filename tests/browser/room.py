"""The support room with something in it: two threads of the user's, and what the staff has said."""

import uuid
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.conftest import sign_in
from tests.browser.thread import QUICK, asked, newest

COMMAND = """async ([path, form]) => {
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited"))
  const body = new URLSearchParams(form)
  return (await fetch(path, {method: "POST", headers, body})).ok
}"""


@dataclass(frozen=True)
class Room:
    """In one thread a person is wanted, in the other one Susan of the staff is there."""

    wanted: str  # the id of that thread
    taken: str
    rule: str
    support: Any  # cookies
    admin: Any


def command(page: Page, path: str, **form: str) -> None:
    """Post a form as a page of the app would."""
    assert page.evaluate(COMMAND, [path, form]), path


def furnished(browser: Browser, app: str) -> Room:
    """Three people at work for a few seconds."""
    pages = []
    for name in ("user", "support", "admin"):
        page = browser.new_context(base_url=app).new_page()
        sign_in(page, app, f"{name}@example.com")
        pages.append(page)
    user, support, admin = pages
    rule = set_up(admin)
    taken, wanted = a_thread(user), a_thread(user)
    judged(support, admin, wanted, newest(user).get_attribute("data-message-id") or "")
    taken_over(support, user, taken)
    room = Room(wanted, taken, rule, support.context.cookies(), admin.context.cookies())
    for page in pages:
        page.context.close()
    return room


def set_up(admin: Page) -> str:
    """One thing of each kind; answer the rule's address."""
    admin.goto("/review/")
    name = f"Refunds {uuid.uuid4()}"[:40]
    things = {
        "macro": {"name": name, "text": "Dear {{user_name}}, I am {{my_name}}.", "tags": "greeted"},
        "category": {"name": name},
        "rubric": {"name": name, "meaning": "Kind and plain", "most": "5"},
        "pattern": {"name": name, "expression": r"K-\d{4}"},
        "rule": {"name": name, "pattern": "money back", "where": "user", "priority": "2"},
    }
    for kind, form in things.items():
        command(admin, f"/review/room/{kind}/new/", **form)
    admin.goto("/review/room/rule/")
    return admin.get_by_role("link", name=name).get_attribute("href") or ""


def a_thread(user: Page) -> str:
    """One with a thumb down, in which a person is wanted; its id."""
    asked(user, f"{QUICK} [[sim: thinking I think.]] Write to ada@example.com about lists and code")
    thread = user.url.rstrip("/").rpartition("/")[2]
    message = newest(user).get_attribute("data-message-id")
    thumb = {"verdict": "down", "reason": "other", "comment": "Call me: +49 30 901820."}
    command(user, f"/messages/{message}/feedback/", **thumb)
    command(user, f"/c/{thread}/help/", why="A refund, please")
    return thread


def judged(support: Page, admin: Page, thread: str, message: str) -> None:
    for page in (support, admin):
        # It is in the queue, and so may be read, once it was taken up.
        page.goto("/review/?view=all")
        page.locator(f'a[href*="{thread}"]').wait_for()
        marked = {"verdict": "bad", "corrected": "A **better** answer.", "comment": "Too long"}
        command(page, f"/review/messages/{message}/mark/", **marked)
    item = support.locator(f'li:has(a[href*="{thread}"])').get_attribute("id") or ""
    item = f"/review/items/{item.removeprefix('item-')}/"
    command(support, item, priority="3", tags="refunds, lists")
    command(support, f"/review/threads/{thread}/notes/", text="@admin, see this")
    command(admin, f"/review/messages/{message}/notes/", text="@support `code` too long")
    command(admin, "/review/views/", name=f"Mine {uuid.uuid4()}"[:20], query="view=mine")


def taken_over(support: Page, user: Page, thread: str) -> None:
    command(support, "/review/card/", name="Susan", picture="🦊")
    support.goto("/review/?view=all")
    support.locator(f'a[href*="{thread}"]').wait_for()
    command(support, f"/review/threads/{thread}/takeover/", why="The refund is lost")
    command(support, f"/review/threads/{thread}/replies/", text="Hello, I am Susan.")
