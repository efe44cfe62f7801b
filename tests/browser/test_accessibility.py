"""What axe-core finds in either colour scheme, what a keyboard reaches, what a reader hears."""

import time
from collections.abc import Callable
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.attaching import a_letter, a_text, an_image, attach, ready
from tests.browser.conftest import sign_in
from tests.browser.room import Room, furnished
from tests.browser.test_output import CODE, DIAGRAM, LONG, TABLE, answer
from tests.browser.thread import asked, box, is_being_written, send, wait_for

SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
PAGES = [
    "/",
    "/settings/",
    "/settings/instructions/",
    "/library/",
    "/library/new/",
    "/?temporary=1",
    "/settings/shares/",
    "/settings/transfers/",
    "/usage/",
    "/search/?words=the&first=2020-01-01",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/2fa/",
    "/accounts/2fa/keys/",
    "/accounts/sessions/",
    "/accounts/reauthenticate/",
    "/offline/",
    "/nothing-here/",
]


STILL = "document.getAnimations().every(it => it.playState !== 'running')"
BACK_DOOR = [
    f"/admin/backdoor/{page}"
    for page in ("", "accounts/user/", "accounts/user/add/", "usage/budget/add/", "usage/call/")
]


@pytest.fixture
def options() -> dict[str, Any]:
    """Axe puts a style of its own into the page, which the policy would refuse.

    Without motion, since a colour that is on its way to another is no colour to judge.
    """
    return {"bypass_csp": True, "reduced_motion": "reduce"}


def no_findings(page: Page) -> None:
    page.wait_for_function(STILL)
    found = Axe().run(page).response["violations"]
    assert [(it["id"], [node["html"][:120] for node in it["nodes"]]) for it in found] == []


def a_thread(page: Page) -> None:
    asked(page, "[[sim: speed 0]] [[sim: thinking I think.]] Tables, lists and code please")


def a_growing_answer(page: Page) -> None:
    send(page, "[[sim: speed 25]] [[sim: giant 3000]]")
    is_being_written(page)


def a_failed_answer(page: Page) -> None:
    send(page, "[[sim: error 400]]")
    wait_for(page, "failed")


def an_open_menu(page: Page) -> None:
    a_thread(page)
    page.locator(".conversation").first.hover()
    page.locator(".conversation").first.get_by_role("button", name="Options of").click()


def a_rename(page: Page) -> None:
    an_open_menu(page)
    page.get_by_role("button", name="Rename").click()


def a_dialog(page: Page) -> None:
    an_open_menu(page)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").wait_for()


def a_drawer(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Open conversations").click()


def complaints(page: Page) -> None:
    page.context.set_offline(True)
    box(page).fill("words")
    box(page).press("Enter")
    page.locator("#connection").wait_for()


def an_open_memory(page: Page) -> None:
    a_thread(page)
    page.get_by_role("button", name="Claude's memory").click()
    page.locator("#memory-panel").wait_for()


def versions_and_an_edit(page: Page) -> None:
    asked(page, "[[sim: speed 0]] One")
    for text in ("[[sim: speed 0]] Two", "[[sim: speed 0]] Three"):
        page.locator(".message-user").hover()
        page.locator(".message-user").get_by_role("button", name="Edit").click()
        form = page.get_by_role("textbox", name="Your message")
        form.fill(text)
        if text.endswith("Two"):
            form.press("Enter")
            page.get_by_role("group", name="Version 2 of 2").wait_for()
            wait_for(page, "done")


def a_message_that_waits(page: Page) -> None:
    a_growing_answer(page)
    box(page).fill("And then?")
    box(page).press("Enter")
    page.locator(".waiting-message").wait_for()


def a_menu_of_an_answer(page: Page) -> None:
    a_thread(page)
    page.locator(".message-assistant").get_by_role("button", name="More").click()


def another_model(page: Page) -> None:
    a_menu_of_an_answer(page)
    page.get_by_role("button", name="Answer again").click()
    page.get_by_role("dialog").wait_for()


def a_branch_to_delete(page: Page) -> None:
    a_menu_of_an_answer(page)
    page.get_by_role("button", name="Delete from here").click()
    page.get_by_role("dialog").wait_for()


def attached_files(page: Page) -> None:
    """One that stands, one on its way and one that was refused."""
    attach(page, an_image(), {"name": "a.exe", "mimeType": "", "buffer": bytes(9)})
    page.locator("#files > [data-failed]").wait_for()
    ready(page).wait_for()
    page.route("**/files/", lambda route: None, times=1)
    attach(page, a_text())


def files_in_a_thread(page: Page) -> None:
    attach(page, an_image(), a_letter())
    ready(page).nth(1).wait_for()
    send(page, "[[sim: speed 0]] hello")
    wait_for(page, "done")


def a_folder(page: Page) -> None:
    page.get_by_role("button", name="New folder").click()
    page.get_by_role("dialog").get_by_label("Name").fill(f"Folder {time.time_ns()}")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.get_by_role("link", name="New chat in this folder").wait_for()
    page.locator(".folder summary").first.click()


def a_dialog_of_tags(page: Page) -> None:
    a_thread(page)
    page.get_by_role("button", name="Options of this chat").click()
    # The menu closes when the place of the chat is told anew, as with its title.
    page.locator("#chat-tags").dispatch_event("click")
    page.get_by_role("dialog").wait_for()


def ticked_rows(page: Page) -> None:
    a_thread(page)
    page.get_by_role("button", name="Select chats").click()
    page.locator(".pick").first.check()
    page.locator("#bulk").get_by_role("button", name="Move").click()
    page.get_by_role("dialog").wait_for()


def ticking_on_a_phone(page: Page) -> None:
    a_thread(page)
    a_drawer(page)
    page.get_by_role("button", name="Select chats").click()


def a_slash_menu(page: Page) -> None:
    box(page).press_sequentially("/")
    page.locator("#slash").get_by_role("option").first.wait_for()


def the_palette(page: Page) -> None:
    a_thread(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Chat, words or action").fill("t")
    page.locator("#palette-found [role=option]").first.wait_for()


def the_keys(page: Page) -> None:
    page.locator("#main").focus()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()


def a_dialog_of_shares(page: Page) -> None:
    a_thread(page)
    page.get_by_role("button", name="Share this chat").click()
    page.get_by_role("dialog").wait_for()


def a_link(page: Page) -> None:
    a_dialog_of_shares(page)
    page.get_by_role("button", name="Make the link").click()
    page.locator(".share-link").wait_for()


def a_shared_page(page: Page) -> None:
    a_link(page)
    page.goto(page.locator(".share-link code").inner_text())


def a_dialog_of_exports(page: Page) -> None:
    an_open_menu(page)
    page.get_by_role("button", name="Export…").click()
    page.get_by_role("dialog").wait_for()


def everything_that_is_rendered(page: Page) -> None:
    notes = "See[^1].\n\n[^1]: Here.\n\n- [ ] one\n- [x] two\n\n"
    answer(page, f"So $x^2$.\n\n$$y$$\n\n{notes}{LONG}\n{CODE}\n{TABLE}\n{DIAGRAM}")
    page.frame_locator(".diagram-frame").locator("svg").wait_for(timeout=30_000)
    page.locator(".katex-display").wait_for()
    page.locator(".outline").wait_for()


def a_folder_with_files(page: Page) -> None:
    a_folder(page)
    page.get_by_label("Files to add").set_input_files([a_text(), an_image()])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#folder-files .file")).to_have_count(2)


SCENES = [
    everything_that_is_rendered,
    a_folder_with_files,
    attached_files,
    files_in_a_thread,
    a_folder,
    a_dialog_of_tags,
    ticked_rows,
    ticking_on_a_phone,
    a_slash_menu,
    the_palette,
    the_keys,
    a_dialog_of_shares,
    a_link,
    a_shared_page,
    a_dialog_of_exports,
    a_thread,
    versions_and_an_edit,
    a_message_that_waits,
    a_menu_of_an_answer,
    another_model,
    a_branch_to_delete,
    an_open_memory,
    a_growing_answer,
    a_failed_answer,
    a_rename,
    a_dialog,
    a_drawer,
    complaints,
]


def in_both_schemes(page: Page) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        no_findings(page)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_a_page(page: Page, path: str) -> None:
    page.goto(path)
    in_both_schemes(page)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/done/"])
def test_axe_finds_nothing_before_the_door(page: Page, path: str) -> None:
    page.context.clear_cookies()
    page.goto(path)
    in_both_schemes(page)


@pytest.fixture(scope="module")
def of_admin(app: str, browser: Browser) -> Any:
    context = browser.new_context()
    sign_in(context.new_page(), app, "admin@example.com")
    state = context.storage_state()
    context.close()
    return state


@pytest.mark.parametrize(
    "path", ["/admin/usage/", "/admin/budgets/", "/admin/budgets/new/", "/admin/audit/", *BACK_DOOR]
)
def test_axe_finds_nothing_in_the_admins_room(page: Page, of_admin: Any, path: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(of_admin["cookies"])
    page.goto(path)
    in_both_schemes(page)


@pytest.fixture(scope="module")
def room(app: str, browser: Browser) -> Room:
    return furnished(browser, app)


def is_sound(page: Page) -> None:
    """In either scheme, and on a phone, where nothing goes sideways."""
    in_both_schemes(page)
    page.set_viewport_size({"width": 360, "height": 740})
    no_findings(page)
    assert page.evaluate(TOO_WIDE) == []


TOO_WIDE = """() => [...document.querySelectorAll("html, main, dialog, aside")]
  .filter(it => it.scrollWidth > it.clientWidth).map(it => it.outerHTML.slice(0, 80))"""
ROOM = ["?view=all", "search/?words=lists", "mentions/", "agreement/", "card/"]
ROOM_OF_ADMINS = ["", "room/", "reads/", "room/pattern/new/"]
ROOM_OF_ADMINS += [f"room/{kind}/" for kind in ("rule", "macro", "category", "rubric", "pattern")]
THREAD_SCENES = {
    "read": "",
    "a note": "Note",
    "a mark": "Mark",
    "the item": "Change…",
    "the run": "Run",
    "the corrected answer": "Corrected answer",
    "stepping in": "Step in",
    "a case": "Make a case",
}
DIALOGS = {"a note", "a mark", "the item"}


@pytest.mark.parametrize("path", ROOM)
def test_axe_finds_nothing_in_the_support_room(page: Page, room: Room, path: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(room.support)
    page.goto(f"/review/{path}")
    is_sound(page)


@pytest.mark.parametrize("path", ROOM_OF_ADMINS)
def test_axe_finds_nothing_where_the_room_is_set_up(page: Page, room: Room, path: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(room.admin)
    page.goto(f"/review/{path}")
    is_sound(page)


@pytest.mark.parametrize("scene", THREAD_SCENES)
def test_axe_finds_nothing_in_a_thread_that_is_reviewed(page: Page, room: Room, scene: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(room.support)
    page.goto(f"/review/threads/{room.wanted}/")
    if name := THREAD_SCENES[scene]:
        page.locator("button, summary, a").get_by_text(name, exact=True).first.click()
        page.wait_for_load_state("networkidle")
    if scene in DIALOGS:
        page.get_by_role("dialog").wait_for()
    is_sound(page)


@pytest.mark.parametrize("is_open", [False, True], ids=["speaking", "handing back"])
def test_axe_finds_nothing_where_a_person_speaks(page: Page, room: Room, is_open: bool) -> None:
    page.context.clear_cookies()
    page.context.add_cookies(room.support)
    page.goto(f"/review/threads/{room.taken}/")
    if is_open:
        page.get_by_text("Hand back to the assistant").click()
    is_sound(page)


def test_axe_finds_nothing_where_a_reason_is_asked(page: Page, room: Room) -> None:
    asked(page, "[[sim: speed 0]] hello")
    thread = page.url.rstrip("/").rpartition("/")[2]
    page.context.clear_cookies()
    page.context.add_cookies(room.admin)
    page.goto(f"/review/threads/{thread}/")
    expect(page.get_by_role("heading", name="Why do you want to read this?")).to_be_visible()
    is_sound(page)


@pytest.mark.parametrize("thread", ["taken", "wanted"])
def test_axe_finds_nothing_where_a_person_is_there_or_wanted(
    page: Page, room: Room, thread: str
) -> None:
    page.goto(f"/c/{getattr(room, thread)}/")
    expect(page.locator(".help-person")).to_be_visible()
    is_sound(page)


def test_axe_finds_nothing_where_a_person_is_asked_for(page: Page) -> None:
    a_thread(page)
    page.get_by_role("button", name="Ask a person").click()
    page.get_by_role("dialog").wait_for()
    is_sound(page)


def test_axe_finds_nothing_where_one_sees_who_read(page: Page, room: Room) -> None:
    page.goto("/settings/reads/")
    expect(page.locator(".reads li").first).to_be_visible()
    is_sound(page)


@pytest.mark.parametrize("scene", [*SCENES, an_open_menu])
def test_axe_finds_nothing_in_a_scene(page: Page, scene: Callable[[Page], None]) -> None:
    scene(page)
    in_both_schemes(page)


def test_the_keyboard_alone_sends_stops_and_deletes(page: Page) -> None:
    expect(box(page)).to_be_focused()
    page.keyboard.type("[[sim: speed 25]] [[sim: giant 3000]]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    wait_for(page, "writing")
    page.get_by_role("button", name="Stop", exact=True).press("Enter")
    wait_for(page, "stopped")
    expect(box(page)).to_be_focused()
    page.locator(".conversation").first.get_by_role("link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".conversation").first.get_by_role("button", name="Delete").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.get_by_text("What is on your mind?")).to_be_visible()


def test_the_slash_key_comes_to_the_composer_unless_one_is_typing(page: Page) -> None:
    page.locator("#thread").focus()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("1/2")
    expect(box(page)).to_have_value("1/2")


def heard(page: Page) -> None:
    """Keep every announcement in window.heard."""
    page.evaluate(
        """() => {
          const line = document.querySelector("#announcer")
          window.heard = []
          new MutationObserver(() => window.heard.push(line.textContent))
            .observe(line, {childList: true})
        }"""
    )


def test_a_screen_reader_hears_sentences_and_the_end_but_no_tokens(page: Page) -> None:
    asked(page, "[[sim: speed 0]] hello")
    heard(page)
    send(page, "[[sim: speed 60]] Tell me about rivers")
    wait_for(page, "done")
    expect(page.locator("#announcer")).to_contain_text("The answer is complete.")
    said = page.evaluate("window.heard")
    assert 1 <= len(said) <= 12
    assert all(text.rstrip().endswith((".", "!", "?", ":", "…", "”")) for text in said)


def test_the_animations_stop_for_those_who_asked_for_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    a_growing_answer(page)
    running = page.evaluate("document.getAnimations().map(it => it.animationName ?? it.effect)")
    assert running == []
