"""The page of changes: everything, the newest first, and found again."""

import pytest
from django.test import Client

from chatapp.accounts.audit import record
from chatapp.accounts.models import AuditLine, User
from chatapp.workbench.views import audit
from tests.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(max: User) -> Client:
    return browser_of(max)


def shown(admin: Client, query: str = "") -> list[str]:
    """The targets on the page, in order."""
    return [line.target for line in admin.get(f"/admin/audit/?{query}").context["lines"]]


def test_a_change_of_a_budget_is_on_record_with_what_it_was(admin: Client) -> None:
    admin.post("/admin/budgets/new/", {"period": "day", "hard": "5"})
    admin.post(f"/admin/budgets/{budget_id()}/", {"period": "day", "hard": "7"})
    admin.post(f"/admin/budgets/{budget_id()}/delete/")
    deleted, changed, created = AuditLine.objects.filter(action__startswith="budget.")
    assert [created.action, changed.action, deleted.action] == [
        "budget.created",
        "budget.changed",
        "budget.deleted",
    ]
    assert (changed.detail["before"]["hard"][:1], changed.detail["after"]["hard"][:1]) == ("5", "7")
    assert changed.by_email == "max@example.com"
    assert changed.address == "127.0.0.1"


def budget_id() -> str:
    return AuditLine.objects.filter(action="budget.created").get().target_id


def test_a_form_that_is_refused_leaves_no_line(admin: Client) -> None:
    admin.post("/admin/budgets/new/", {"period": "day", "hard": "-1"})
    assert not AuditLine.objects.filter(action__startswith="budget.").exists()


def test_lines_are_found_by_person_action_and_target(admin: Client, max: User, ada: User) -> None:
    record(max, "prompt.published", ada)
    record(None, "budget.changed", "Budget")
    assert shown(admin)[:2] == ["Budget", "ada@example.com"]
    assert shown(admin, "person=MAX@") == ["ada@example.com"]
    assert shown(admin, "action=budget.") == ["Budget"]
    assert shown(admin, f"target={ada.pk}&action=prompt.") == ["ada@example.com"]
    assert shown(admin, "last=2001-01-01") == []
    assert shown(admin, "first=2001-01-01&person=nobody") == []


def test_pages_follow_each_other_without_gap_or_double(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(5):
        record(None, "a.thing", str(number))
    found, query = [], "action=a."
    while query:
        page = admin.get(f"/admin/audit/?{query}")
        found += [line.target for line in page.context["lines"]]
        query = page.context["next"]
    assert found == ["4", "3", "2", "1", "0"]


def test_a_query_that_cannot_be_read_is_said(admin: Client) -> None:
    page = admin.get("/admin/audit/?first=yesterday&pk=x&person=%00")
    assert page.status_code == 422
    assert "cannot be read" in page.text
