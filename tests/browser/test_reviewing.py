"""Stories of the support room, with two and three people at once."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.thread import QUICK, SLOW, body, box, is_being_written, newest, send, wait_for

SOON = 20_000  # milliseconds; what the queue takes up comes by itself


def a_person(browser: Browser, app: str, who: str) -> Page:
    page = browser.new_context(base_url=app).new_page()
    page.set_default_timeout(15_000)
    sign_in(page, app, f"{who}@example.com")
    return page


@pytest.fixture
def user(browser: Browser, app: str) -> Page:
    return a_person(browser, app, "user")


@pytest.fixture
def sue(browser: Browser, app: str) -> Page:
    return a_person(browser, app, "support")


@pytest.fixture
def max(browser: Browser, app: str) -> Page:
    return a_person(browser, app, "admin")


def a_chat(page: Page, text: str = "Where is my order?") -> str:
    """A new chat with a whole answer; answers its id."""
    page.goto("/")
    send(page, f"{QUICK} {text}")
    wait_for(page, "done")
    return page.url.rstrip("/").rpartition("/")[2]


def ask_for_a_person(page: Page, why: str) -> None:
    page.get_by_role("button", name="Ask a person").click()
    page.get_by_label("What is it about?").fill(why)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#help")).to_contain_text("You asked for a person")


def row_of(page: Page, thread: str) -> Locator:
    return page.locator(f".queue-item:has(a[href*='{thread}'])")


def take_over(page: Page, thread: str) -> None:
    page.goto(f"/review/threads/{thread}/")
    page.get_by_text("Step in").click()
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Reply", exact=True).wait_for()


def reply(page: Page, text: str) -> None:
    page.get_by_label("Reply", exact=True).fill(text)
    page.get_by_role("button", name="Send").click()
    expect(newest(page)).to_contain_text(text)


def test_a_bad_answer_is_flagged_claimed_noted_marked_made_a_case_and_resolved(
    user: Page, sue: Page, max: Page
) -> None:
    sue.goto("/review/?view=all")
    thread = a_chat(user)
    user.get_by_role("button", name="Bad answer").first.click()
    user.get_by_role("button", name="Tell why").click()
    user.get_by_label("Comment").fill("It does not know my order.")
    user.get_by_role("button", name="Save").click()
    # Nobody reloads: the queue shows it by itself, also to who looked before.
    row = row_of(sue, thread)
    expect(row).to_contain_text("Thumbs down", timeout=SOON)
    max.goto("/review/?view=all")
    row.get_by_role("button", name="Claim").click()
    expect(row).to_contain_text("support@example.com")
    expect(row_of(max, thread)).to_contain_text("support@example.com", timeout=SOON)
    sue.goto(f"/review/threads/{thread}/")
    expect(newest(sue)).to_contain_text("It does not know my order.")
    newest(sue).get_by_role("button", name="Note").click()
    sue.locator("dialog").get_by_label("Note").fill("@admin please mend the prompt")
    sue.get_by_role("button", name="Keep").click()
    expect(newest(sue)).to_contain_text("please mend the prompt")
    newest(sue).get_by_role("button", name="Mark").click()
    sue.get_by_label("Bad", exact=True).check()
    sue.get_by_label("What should have been answered").fill("Your order comes tomorrow.")
    sue.get_by_role("button", name="Keep").click()
    expect(newest(sue)).to_contain_text("Corrected answer")
    newest(sue).get_by_role("link", name="Make a case").click()
    expect(sue.get_by_label("What should have been answered")).to_have_value(
        "Your order comes tomorrow."
    )
    sue.get_by_role("button", name="Save").click()
    sue.get_by_role("button", name="Resolve").click()
    expect(sue.locator("#side")).to_contain_text("Resolved")
    mend_the_prompt(max, thread)
    expect(row_of(max, thread)).to_have_count(0)


def mend_the_prompt(page: Page, thread: str) -> None:
    """The admin was named, writes another version, replays the case against it."""
    page.goto("/review/mentions/")
    expect(page.locator(".mentions")).to_contain_text("please mend the prompt")
    page.goto("/admin/prompts/")
    page.get_by_role("link", name="Assistant").first.click()
    address = page.url
    page.get_by_role("link", name="Edit the text").click()
    page.get_by_label("What Claude is told").fill("Always name the order.")
    page.get_by_role("button", name="Save as a new version").click()
    page.goto(f"{address}cases/")
    page.get_by_role("button", name="Replay").click()
    expect(page.locator("main")).to_contain_text("1 of 1", timeout=60_000)
    page.goto("/review/?view=all")


def test_a_person_steps_in_both_write_and_the_assistant_goes_on_after(
    user: Page, sue: Page
) -> None:
    thread = a_chat(user)
    ask_for_a_person(user, "A refund")
    user.get_by_role("button", name="Take it back").click()
    expect(user.get_by_role("button", name="Ask a person")).to_be_visible()
    ask_for_a_person(user, "A refund, still")
    take_over(sue, thread)
    expect(user.locator("#help")).to_contain_text("a person of the support team, is here")
    box(user).fill("Are you a person?")
    sue.get_by_label("Reply", exact=True).fill("I am a person.")
    # Both at once: each is kept, in one order for both.
    user.keyboard.press("Enter")
    sue.get_by_role("button", name="Send").click()
    for page in (user, sue):
        expect(page.locator("#log > article")).to_have_count(4)
        expect(page.locator(".message-person")).to_contain_text("I am a person.")
    assert texts(user) == texts(sue)
    expect(user.locator(".message-person .message-author")).to_contain_text("a person of the")
    sue.reload()
    reply(sue, "It is on its way back to you.")
    sue.get_by_text("Hand back to the assistant").click()
    sue.get_by_label("What the assistant should know").fill("The refund was granted.")
    sue.get_by_role("button", name="Hand back").click()
    expect(user.get_by_role("button", name="Ask a person")).to_be_visible()
    send(user, f"{QUICK} Thank you")
    wait_for(user, "done")
    assert newest(user).get_attribute("class") == "message message-assistant"


def texts(page: Page) -> list[str]:
    return page.locator("#log > article [data-message-body]").all_inner_texts()


def test_taking_over_stops_the_answer_and_keeps_what_was_written(user: Page, sue: Page) -> None:
    thread = a_chat(user)
    ask_for_a_person(user, "Quick")
    send(user, SLOW)
    is_being_written(user)
    take_over(sue, thread)
    expect(wait_for(user, "stopped")).to_contain_text("stopped because a person took over")
    assert len(body(user).inner_text()) > 20
    reply(sue, "Here I am.")
    expect(newest(user)).to_contain_text("Here I am.")


# What a page puts beside a text depends on how much room it has.
WITHOUT_TOOLS = """it => { const copy = it.cloneNode(true);
  for (const tool of copy.querySelectorAll(".outline, .block-tools")) tool.remove();
  return copy.innerHTML; }"""


def test_two_reviewers_watch_an_answer_grow_and_end_with_what_the_user_has(
    user: Page, sue: Page, max: Page
) -> None:
    thread = a_chat(user)
    ask_for_a_person(user, "Watch this")
    for page in (sue, max):
        page.goto(f"/review/threads/{thread}/")
    expect(sue.locator("#here")).to_contain_text("admin@example.com", timeout=25_000)
    send(user, "[[sim: speed 300]] Tell me of lighthouses, at length.")
    for page in (sue, max):
        is_being_written(page)
    sue.reload()
    for page in (user, sue, max):
        wait_for(page, "done")
    html = [body(page).evaluate(WITHOUT_TOOLS) for page in (user, sue, max)]
    assert html[0] == html[1] == html[2]


def test_a_right_that_is_gone_ends_on_an_open_page(
    user: Page, sue: Page, max: Page, app: str
) -> None:
    thread = a_chat(user)
    ask_for_a_person(user, "Secret matters")
    sue.goto(f"/review/threads/{thread}/")
    expect(sue.locator("#side")).to_contain_text("Secret matters")
    leave_support(max, is_leaving=True)
    try:
        expect(sue.locator("#connection")).to_be_visible(timeout=30_000)
        expect(sue.locator("#log > article")).to_have_count(0)
    finally:
        leave_support(max, is_leaving=False)


def leave_support(page: Page, *, is_leaving: bool) -> None:
    """Have the admin take Sue out of her group, or put her back."""
    page.goto("/admin/backdoor/accounts/user/?q=support%40")
    page.get_by_role("link", name="support@example.com").click()
    page.get_by_label("support", exact=True).set_checked(not is_leaving)
    page.get_by_label("Why").fill("A test")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()


def test_claude_asks_for_a_person_where_its_version_may(user: Page, sue: Page, max: Page) -> None:
    max.goto("/admin/prompts/new/")
    max.get_by_label("Name", exact=True).fill("Clerk")
    max.get_by_label("Description").fill("May fetch a person.")
    max.get_by_label("Everyone may choose it").check()
    max.get_by_role("button", name="Save").click()
    address = max.url
    max.get_by_role("link", name="Write the text").click()
    max.get_by_label("What Claude is told").fill("You are a clerk.")
    max.get_by_label("Ask for a person").check()
    max.get_by_role("button", name="Save as a new version").click()
    max.get_by_role("link", name="Publish").click()
    max.get_by_label("What changes for people").fill("The first one.")
    max.get_by_role("button", name="Publish").click()
    user.goto(f"/?prompt={address.rstrip('/').rpartition('/')[2]}")
    send(user, f'{QUICK} [[sim: tool request_human {{"reason": "A refund of 12 euros"}}]] Help me')
    wait_for(user, "done")
    expect(newest(user).locator(".block-tool")).to_contain_text("A person has been asked for")
    expect(user.locator("#help")).to_contain_text("Claude asked for a person: A refund")
    before = body(user).inner_html()
    user.reload()
    assert body(user).inner_html() == before
    sue.goto("/review/?view=all")
    row = row_of(sue, user.url.rstrip("/").rpartition("/")[2])
    expect(row).to_contain_text("Claude asked for a person", timeout=SOON)
