"""Attaching files as a person does it: by button, drop and paste, and what then stands there."""

from playwright.sync_api import Page, Route, expect

from tests.browser.attaching import a_letter, a_text, an_image, attach, chips, ready
from tests.browser.thread import QUICK, box, wait_for

SEEN = "[[sim: speed 0]] [[sim: text I see them.]]"


def test_files_are_attached_by_the_button_and_stand_in_the_message(page: Page) -> None:
    attach(page, an_image(), a_text())
    expect(ready(page)).to_have_count(2)
    expect(chips(page).first).to_contain_text("600 × 400")
    box(page).fill(SEEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    expect(wait_for(page, "done")).to_contain_text("I see them.")
    sent = page.locator("article.message-user .file")
    expect(sent).to_have_count(2)
    shown = sent.get_by_role("img", name="teal.png")
    expect(shown).to_be_visible()
    assert shown.evaluate("it => it.decode().then(() => it.naturalWidth)") == 360
    expect(chips(page)).to_have_count(0)


def test_what_is_downloaded_is_what_was_attached(page: Page) -> None:
    attach(page, a_text())
    ready(page).wait_for()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/c/*/")
    with page.expect_download() as download:
        page.locator("article").get_by_role("link", name="bees.txt").click()
    assert download.value.suggested_filename == "bees.txt"
    assert download.value.path().read_text() == "Bees dance."


def test_an_office_document_says_what_claude_is_given(page: Page) -> None:
    attach(page, a_letter())
    expect(ready(page)).to_contain_text("Claude is given the text of this document")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/c/*/")
    page.get_by_role("link", name="What Claude is given").click()
    expect(page.locator("body")).to_contain_text("A letter.")


TRANSFER = """(kind) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["Bees dance."], "bees.txt", {type: "text/plain"}));
  const [where, init] = kind === "paste"
    ? [document.querySelector("#text"), {clipboardData: transfer}]
    : [document.querySelector("#thread"), {dataTransfer: transfer}];
  for (const name of kind === "paste" ? ["paste"] : ["dragover", "drop"]) {
    const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
    where.dispatchEvent(new Kind(name, {...init, bubbles: true, cancelable: true}));
  }
}"""


def test_a_file_can_be_dropped_anywhere_and_pasted_into_the_box(page: Page) -> None:
    page.evaluate(TRANSFER, "drop")
    expect(ready(page)).to_have_count(1)
    expect(box(page)).to_be_focused()
    page.evaluate(TRANSFER, "paste")
    expect(ready(page)).to_have_count(2)
    assert not page.locator("body").get_attribute("data-dropping")


def test_a_message_waits_for_its_files_and_then_goes_by_itself(page: Page) -> None:
    held: list[Route] = []
    page.route("**/files/", lambda route: held.append(route), times=1)
    attach(page, a_text())
    expect(chips(page).get_by_role("progressbar", name="Uploading")).to_be_visible()
    box(page).fill(SEEN)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-hint")).to_have_text("Uploading… Send waits for it.")
    held[0].continue_()
    page.wait_for_url("**/c/*/")
    expect(page.locator("article.message-user .file")).to_contain_text("bees.txt")


def test_an_upload_can_be_cancelled_and_a_file_removed_by_the_keyboard(page: Page) -> None:
    attach(page, a_text("kept.txt"))
    ready(page).wait_for()
    held: list[Route] = []
    page.route("**/files/", lambda route: held.append(route), times=1)
    attach(page, a_text("slow.txt"))
    page.get_by_role("button", name="Cancel: slow.txt").press("Enter")
    expect(chips(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Remove kept.txt")).to_be_focused()
    with page.expect_response("**/delete/") as removed:
        page.keyboard.press("Enter")
    assert removed.value.status == 204
    expect(chips(page)).to_have_count(0)
    expect(box(page)).to_be_focused()


def test_what_cannot_be_attached_says_why_and_holds_the_message(page: Page) -> None:
    attach(page, {"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ\0\0" + bytes(99)})
    expect(chips(page)).to_contain_text("Files of this kind cannot be read.")
    expect(page.locator("#files-said")).to_contain_text("a.exe: Files of this kind")
    box(page).fill(QUICK)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-hint")).to_have_text("Remove the file that failed.")
    page.get_by_role("button", name="Cancel: a.exe").click()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/c/*/")


def test_the_limits_are_told_before_anything_is_uploaded(page: Page) -> None:
    page.route("**/files/", lambda route: route.abort())
    page.locator("#files").evaluate("it => { it.dataset.mostBytes = 5; it.dataset.most = 2 }")
    attach(page, a_text("1.txt"), a_text("2.txt", ""), a_text("3.txt", "abc"))
    expect(chips(page).nth(0)).to_contain_text("Too large; ")
    expect(chips(page).nth(1)).to_contain_text("This file is empty.")
    expect(chips(page).nth(2)).to_contain_text("A message can have")
    help = page.get_by_role("button", name="Attach files").get_attribute("title") or ""
    assert "600 pages" in help
    assert "20 files a message" in help


def test_an_upload_that_breaks_off_says_so(page: Page) -> None:
    page.route("**/files/", lambda route: route.abort())
    attach(page, a_text())
    expect(chips(page)).to_contain_text("The upload was interrupted.")


def test_a_server_that_is_busy_is_asked_again(page: Page) -> None:
    page.route("**/files/", lambda route: route.fulfill(status=503), times=1)
    attach(page, a_text())
    expect(ready(page)).to_have_count(1)


def test_a_draft_keeps_its_files_over_a_reload_and_not_after_it_was_sent(page: Page) -> None:
    attach(page, a_text())
    ready(page).wait_for()
    page.reload()
    expect(ready(page)).to_contain_text("bees.txt")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/c/*/")
    page.goto("/")
    expect(page.get_by_role("button", name="Attach files")).to_be_visible()
    expect(chips(page)).to_have_count(0)


def test_on_a_phone_many_files_leave_room_for_the_words(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    long = "a-name-without-any-end" * 5
    attach(page, *(a_text(f"{number}-{long}.txt") for number in range(6)), an_image())
    expect(ready(page)).to_have_count(7)
    expect(box(page)).to_be_in_viewport()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/c/*/")
    expect(page.locator("article.message-user .file")).to_have_count(7)
    wide = "() => document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)
