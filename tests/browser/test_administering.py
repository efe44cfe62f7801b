"""The admins' room and the back door in a real browser, under the policy of every page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in

DOOR = "/admin/backdoor/"
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def admin(page: Page, app: str) -> Page:
    page.context.clear_cookies()
    sign_in(page, app, "admin@example.com")
    return page


def a_group(admin: Page, name: str) -> None:
    admin.goto(f"{DOOR}auth/group/add/")
    admin.get_by_label("Name").fill(name)
    admin.get_by_label("Why").fill("They sell <b>things</b>.")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_text("was added successfully")).to_be_visible()


@pytest.mark.parametrize("path", ["audit/", "budgets/", "budgets/new/", "backdoor/"])
def test_no_page_for_admins_scrolls_sideways(admin: Page, path: str) -> None:
    admin.set_viewport_size({"width": 360, "height": 740})
    admin.goto(f"/admin/{path}")
    assert admin.evaluate(WIDTH) <= 360


def test_what_is_done_at_the_back_door_stands_in_the_record(admin: Page) -> None:
    a_group(admin, "sales")
    admin.goto("/admin/audit/?action=group.")
    row = admin.get_by_role("row").filter(has_text="sales")
    expect(row).to_contain_text("group.created")
    expect(row).to_contain_text("They sell <b>things</b>.")
    expect(row).to_contain_text("admin@example.com")


def test_a_deletion_is_asked_for_and_can_be_left(admin: Page) -> None:
    a_group(admin, "trade")
    admin.get_by_role("link", name="trade", exact=True).first.click()
    admin.get_by_role("link", name="Delete").click()
    admin.get_by_role("link", name="No, take me back").click()
    expect(admin.get_by_label("Name")).to_have_value("trade")
    admin.get_by_role("link", name="Delete").click()
    admin.get_by_role("button", name="Yes, I’m sure").click()
    expect(admin.get_by_text("was deleted successfully")).to_be_visible()


def test_a_person_gets_a_role_by_ticking_it(admin: Page) -> None:
    admin.goto(f"{DOOR}accounts/user/?q=user@example.com")
    admin.get_by_role("link", name="user@example.com").click()
    admin.get_by_label("support").check()
    admin.get_by_role("button", name="Save and continue editing").click()
    expect(admin.get_by_label("support")).to_be_checked()
    admin.get_by_label("support").uncheck()
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_text("was changed successfully")).to_be_visible()
