"""Stories of prompts: from the first word to a publication with evidence, and back."""

import re
import uuid
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import SCHEMES, no_findings
from tests.browser.test_administering import WIDTH
from tests.browser.thread import QUICK, newest, send, wait_for


def an_admin(browser: Browser, app: str) -> Page:
    page = browser.new_context(base_url=app).new_page()
    sign_in(page, app, "admin@example.com")
    return page


def a_prompt(page: Page, text: str) -> str:
    """A prompt for everyone, with that text as version 1; answers its address."""
    page.goto("/admin/prompts/new/")
    page.get_by_label("Name", exact=True).fill(f"Guide {uuid.uuid4().hex[:6]}")
    page.get_by_label("Description").fill("Shows the way.")
    page.get_by_label("Suggested openings").fill("Where am I?")
    page.get_by_label("Everyone may choose it").check()
    page.get_by_role("button", name="Save").click()
    address = page.url
    page.get_by_role("link", name="Write the text").click()
    write(page, text)
    return address


def write(page: Page, text: str) -> None:
    page.get_by_label("What Claude is told").fill(text)
    expect(page.locator("#preview")).to_contain_text("tokens")
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("heading", name="version").wait_for()


def publish(page: Page, note: str) -> None:
    page.get_by_role("link", name="Publish").click()
    page.get_by_label("What changes for people").fill(note)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("region", name="Live")).to_contain_text(note)


def a_case(page: Page, question: str, check: str) -> None:
    page.get_by_role("link", name="Write a case").click()
    page.get_by_label("What a person asks").fill(question)
    page.get_by_label("What a good answer must do").fill(check)
    page.get_by_role("button", name="Save").click()


def test_a_prompt_is_written_tried_published_improved_with_evidence_and_taken_back(
    browser: Browser, app: str
) -> None:
    page = an_admin(browser, app)
    address = a_prompt(page, "You are a guide. My name is Virgil. Speak to {{user_name}}.")
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("textbox", name="Message to all columns").fill("What is my name?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".column article").last).to_contain_text("Your name is Virgil")
    page.goto(address)
    page.get_by_role("link", name="1", exact=True).click()
    publish(page, "The first one.")

    # A person meets it, and what Claude saw names the very version.
    page.goto("/")
    page.get_by_role("link", name=re.compile("Shows the way")).first.click()
    page.goto(f"/?prompt={address.rstrip('/').rpartition('/')[2]}")
    page.get_by_role("button", name="Where am I?").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("Where am I?")
    send(page, f"{QUICK} What is my name?")
    expect(wait_for(page, "done")).to_contain_text("Virgil")
    thread = page.url
    page.goto(address)
    page.get_by_role("link", name="Version 1", exact=True).click()
    page.get_by_role("link", name="Its answers").click()
    page.get_by_role("region", name="Answers, table").get_by_role("link").first.click()
    expect(page.get_by_text("Speak to admin@example.com")).to_have_count(1)
    expect(page.locator(".facts")).to_contain_text(re.compile(r"Guide \w+ 1"))

    # The answer becomes a case; two more are written; the next version is held to them.
    page.goto(thread)
    page.get_by_role("link", name="Make a case").click()
    page.get_by_label("What a good answer must do").fill("contains: Beatrice")
    page.get_by_role("button", name="Save the case").click()
    a_case(page, "[[sim: text I am here.]] Hello?", "lacks: sorry")
    a_case(page, "[[sim: text {}]] JSON?", "json: {}")
    page.goto(address)
    page.get_by_role("link", name="Edit the text").click()
    write(page, "You are a guide. My name is Beatrice. Speak to {{user_name}}.")
    expect(page.get_by_label("Difference in one column")).to_contain_text("VirgilBeatrice")
    page.goto(f"{address}cases/")
    page.get_by_role("button", name="Replay 3 cases").click()
    expect(page.get_by_role("status").first).to_contain_text("Ended. 3 of 3 cases", timeout=30_000)
    expect(page.get_by_role("status").first).to_contain_text("3 of 3 cases passed")
    page.get_by_role("link", name="Publish this version").click()
    expect(page.get_by_text("3 of 3 cases passed, 0 worse than before")).to_have_count(1)
    page.get_by_label("What changes for people").fill("Another guide.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("region", name="Live")).to_contain_text("Version 2")
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(page.get_by_role("region", name="Live")).to_contain_text("Version 1")
    page.context.close()


def test_two_columns_answer_the_same_words_and_remember_them(browser: Browser, app: str) -> None:
    page = an_admin(browser, app)
    address = a_prompt(page, "My name is Virgil.")
    page.goto(f"{address}edit/")
    write(page, "My name is Beatrice.")
    page.goto(address)
    first = page.get_by_role("link", name="1", exact=True).get_attribute("href") or ""
    page.get_by_role("link", name="2", exact=True).click()
    second = page.url
    ids = [part.rstrip("/").rpartition("/")[2] for part in (first, second)]
    page.goto(f"/admin/playground/?version={ids[0]}&version={ids[1]}")
    for words in ("What is my name?", f"{QUICK} And yours?"):
        page.get_by_role("textbox", name="Message to all columns").fill(words)
        page.get_by_role("button", name="Send").click()
        for column, name in enumerate(("Virgil", "Beatrice")):
            log = page.locator(".column-log").nth(column)
            expect(log.locator("article[data-status=done]").last).to_be_visible()
            expect(log).to_contain_text(f"Your name is {name}")
    page.reload()
    expect(page.locator(".column article")).to_have_count(8)
    expect(page.locator(".column h2 small").first).to_contain_text("$0.0")
    page.context.close()


def test_the_second_of_two_admins_is_shown_both_texts(browser: Browser, app: str) -> None:
    page = an_admin(browser, app)
    address = a_prompt(page, "You are a guide.")
    page.goto(f"{address}edit/")
    other = page.context.new_page()
    other.goto(f"{address}edit/")
    write(other, "You are a brief guide.")
    page.get_by_label("What Claude is told").fill("You are a kind guide.")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("alert").first).to_contain_text("Version 2 was saved meanwhile")
    expect(page.get_by_label("Difference in one column")).to_contain_text("briefkind")
    expect(page.get_by_label("What Claude is told")).to_have_value("You are a kind guide.")
    write(page, "You are a brief, kind guide.")
    expect(page.get_by_role("heading", name="version 3")).to_have_count(1)
    page.context.close()


def test_a_group_begins_with_its_own_assistant(browser: Browser, app: str) -> None:
    page = an_admin(browser, app)
    address = a_prompt(page, "You support supporters.")
    publish(page, "For support.")
    page.goto(f"{address}card/")
    page.get_by_role("group", name="Their chats begin with it").get_by_label("support").check()
    page.get_by_role("button", name="Save").click()
    colleague = browser.new_context(base_url=app).new_page()
    sign_in(colleague, app, "support@example.com")
    expect(colleague.locator(".prompt-choice[aria-current]")).to_contain_text("Shows the way")
    send(colleague, f"{QUICK} Hello")
    expect(newest(colleague)).to_be_visible()
    expect(colleague.locator(".prompt-mark")).to_contain_text("Guide")
    page.goto(f"{address}card/")
    page.get_by_role("group", name="Their chats begin with it").get_by_label("support").uncheck()
    page.get_by_role("button", name="Save").click()
    for each in (page, colleague):
        each.context.close()


def pages_of(page: Page) -> list[str]:
    """Every address of a prompt with two versions, a case and a replay."""
    address = a_prompt(page, "You are a guide.\nBe kind to {{user_name}}.")
    publish(page, "The first one.")
    page.goto(f"{address}edit/")
    write(page, "You are a guide.\nBe brief with {{user_name}}.")
    version = page.url
    page.goto(f"{address}cases/")
    a_case(page, "[[sim: text I am here.]] Hello?", "lacks: sorry")
    page.get_by_role("button", name="Replay 1 case").click()
    expect(page.get_by_role("status").first).to_contain_text("Ended.", timeout=30_000)
    replay = page.url
    page.goto(f"{version}rollout/")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Take back").wait_for()
    rollout = page.url
    playground = f"/admin/playground/?version={version.rstrip('/').rpartition('/')[2]}"
    of_prompt = [f"{address}{end}" for end in ("", "card/", "edit/", "cases/", "cases/new/")]
    of_version = [f"{version}{end}" for end in ("", "publish/", "answers/")]
    return [*of_prompt, *of_version, replay, rollout, playground, "/admin/prompts/", "/"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_of_a_prompt_is_readable_by_all_and_on_a_phone(
    browser: Browser, app: str, scheme: Literal["light", "dark"]
) -> None:
    # Axe puts a style of its own into the page, which the policy would refuse.
    context = browser.new_context(base_url=app, bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    sign_in(page, app, "admin@example.com")
    for address in pages_of(page):
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(address)
        assert page.evaluate(WIDTH) <= 360, address
        page.set_viewport_size({"width": 1280, "height": 860})
        no_findings(page)
    context.close()
