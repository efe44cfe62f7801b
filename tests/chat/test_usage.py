"""What a person is told of money while chatting."""

import pytest

from chatapp.accounts.models import User
from chatapp.usage.models import Budget
from tests.conftest import browser_of
from tests.usage.asking import paid

pytestmark = pytest.mark.django_db


def test_a_low_budget_is_said_beside_the_composer(ada: User) -> None:
    Budget.objects.create(person=ada, period="day", soft=2, hard=10)
    browser = browser_of(ada)
    assert "Little is left" not in browser.get("/").text
    paid(ada, 3)
    assert "$7.00 until" in browser.get("/").text


def test_budgets_and_what_is_used_stand_on_the_usage_page(ada: User) -> None:
    Budget.objects.create(person=ada, period="month", hard=10)
    paid(ada, 4)
    page = browser_of(ada).get("/usage/").text
    assert "$4.00 of $10.00" in page
    assert "; starts anew on " in page
