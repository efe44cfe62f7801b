"""The picker of model, effort and tools: by hand, by keyboard, in two tabs, on a phone."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.test_accessibility import SCHEMES, no_findings
from tests.browser.thread import QUICK, asked, box, send, wait_for


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Model and options")


def opened(page: Page) -> Locator:
    button(page).click()
    picker = page.get_by_role("dialog", name="Model and options")
    picker.wait_for()
    return picker


def test_what_is_picked_goes_with_the_first_message_and_stays(page: Page) -> None:
    picker = opened(page)
    picker.get_by_role("radio", name="Haiku 5.5").check()
    picker.get_by_text("Low", exact=True).click()
    picker.get_by_role("switch", name="Web search").check()
    page.keyboard.press("Escape")
    expect(button(page)).to_have_text("Claude Haiku 5.5LowWeb search")
    send(page, f"{QUICK} Hello")
    answer = wait_for(page, "done")
    expect(answer.locator(".message-model")).to_have_text("Claude Haiku 5.5")
    expect(button(page)).to_have_text("Claude Haiku 5.5LowWeb search")


def test_what_a_model_cannot_do_is_not_to_be_chosen(page: Page) -> None:
    picker = opened(page)
    thinking = picker.get_by_role("switch", name="Extended thinking")
    thinking.uncheck()
    picker.get_by_role("radio", name="Opus 5.5").check()
    expect(thinking).to_be_disabled()
    expect(thinking).to_be_checked()
    expect(picker).to_contain_text("This model always thinks")
    expect(picker).to_contain_text("Auto with this model: Medium.")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    button(page).focus()
    page.keyboard.press("Enter")
    focused = page.locator("#picker :focus")
    expect(focused).to_have_attribute("name", "model")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#picker input[name=model]:checked").get_attribute("data-name")
    page.keyboard.press("Tab")
    expect(focused).to_have_attribute("name", "effort")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#picker")).to_be_hidden()
    expect(button(page)).to_be_focused()
    expect(button(page)).to_have_text(f"{chosen}Low")
    expect(page.locator("article")).to_have_count(0)


def test_a_change_is_saved_at_once_and_another_tab_follows(
    page: Page, context: BrowserContext
) -> None:
    asked(page, f"{QUICK} Hello")
    other = context.new_page()
    other.goto(page.url)
    picker = opened(page)
    picker.get_by_role("radio", name="Opus 5.5").check()
    expect(button(other)).to_have_text("Claude Opus 5.5")
    picker.get_by_text("High", exact=True).click()
    expect(button(other)).to_have_text("Claude Opus 5.5High")
    page.keyboard.press("Escape")
    send(page, f"{QUICK} Again")
    expect(wait_for(page, "done").locator(".message-model")).to_have_text("Claude Opus 5.5")
    page.reload()
    expect(button(page)).to_have_text("Claude Opus 5.5High")


def test_focus_stays_where_it_was_when_the_picker_is_drawn_anew(page: Page) -> None:
    asked(page, f"{QUICK} Hello")
    opened(page).get_by_text("Max", exact=True).click()
    with page.expect_response(re.compile("/options/$")):
        page.keyboard.press("Escape")
    expect(button(page)).to_be_focused()
    expect(button(page)).to_have_text(re.compile("Max$"))


def test_on_a_phone_it_is_a_sheet_at_the_bottom(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    picker = opened(page)
    place = picker.bounding_box()
    assert place
    assert (place["x"], place["width"]) == (0, 360)
    assert place["y"] + place["height"] == pytest.approx(740, abs=1)
    picker.get_by_role("button", name="Done").click()
    expect(picker).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_in_the_picker(app: str, page: Page, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened(page)
    no_findings(page)


@pytest.fixture
def options(request: pytest.FixtureRequest) -> dict[str, object]:
    """Axe puts a style of its own into the page, which the policy would refuse."""
    return {"bypass_csp": "axe" in request.node.name}


def test_the_draft_survives_the_picking(page: Page) -> None:
    box(page).fill("Half a thought")
    opened(page).get_by_role("radio", name="Haiku 5.5").check()
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("Half a thought")
