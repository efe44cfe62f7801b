"""Budgets as admins set them."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from chatapp.accounts.models import User
from chatapp.usage.models import Budget
from tests.conftest import browser_of

pytestmark = pytest.mark.django_db
FORM = {"period": "day", "hard": "5"}


@pytest.fixture
def admin(max: User) -> Client:
    return browser_of(max)


def test_a_budget_for_everyone_is_made_changed_and_deleted(admin: Client) -> None:
    assert admin.post("/admin/budgets/new/", FORM).status_code == 302
    budget = Budget.objects.get()
    admin.post(f"/admin/budgets/{budget.pk}/", {**FORM, "hard": "7", "soft": "6"})
    budget.refresh_from_db()
    assert (budget.hard, budget.soft, budget.person, budget.role) == (7, 6, None, None)
    assert "everyone, a day" in admin.get("/admin/budgets/").text
    admin.post(f"/admin/budgets/{budget.pk}/delete/")
    assert not Budget.objects.exists()


def test_a_person_is_named_by_address(admin: Client, ada: User) -> None:
    admin.post("/admin/budgets/new/", {**FORM, "email": "ADA@example.com", "is_each": "on"})
    assert Budget.objects.get().person == ada


def test_a_role_may_have_one_budget_each(admin: Client, ada: User) -> None:
    members = Group.objects.get(name="member")
    admin.post("/admin/budgets/new/", {**FORM, "role": members.pk, "is_each": "on"})
    assert (Budget.objects.get().role, Budget.objects.get().is_each) == (members, True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nobody@example.com"}, "Nobody here has this address."),
        ({"hard": "-1"}, "errorlist"),
        ({"soft": "9"}, "errorlist"),
        ({"hard": "much"}, "Enter a number."),
        ({"period": "year"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said(admin: Client, fields: dict[str, str], sentence: str) -> None:
    reply = admin.post("/admin/budgets/new/", {**FORM, **fields})
    assert reply.status_code == 422
    assert sentence in reply.text
    assert not Budget.objects.exists()


def test_a_second_budget_for_the_same_is_refused(admin: Client, ada: User) -> None:
    for status in (302, 422):
        form = {**FORM, "email": "ada@example.com"}
        assert admin.post("/admin/budgets/new/", form).status_code == status
    assert Budget.objects.count() == 1


def test_a_budget_that_is_not_there_is_not_found(admin: Client) -> None:
    assert admin.get("/admin/budgets/99/").status_code == 404
