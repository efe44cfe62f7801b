"""Nobody spends more than a budget allows, however many ask at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from chatapp.accounts.models import User
from chatapp.usage import budgets
from chatapp.usage.budgets import OverBudget, states_of
from chatapp.usage.models import Budget, Call, Reservation, Spending
from tests.usage.asking import asked, paid, settled

pytestmark = pytest.mark.django_db(transaction=True)
Clock = Callable[[datetime], None]


def a_budget(dollars: str, **fields: object) -> Budget:
    return Budget.objects.create(hard=Decimal(dollars), **{"period": "day", **fields})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def put(moment: datetime) -> None:
        monkeypatch.setattr(budgets.timezone, "now", lambda: moment)

    return put


def test_without_budgets_nothing_is_held_back(ada: User) -> None:
    asked(ada)
    assert not Spending.objects.exists()


def test_the_most_it_can_cost_is_held_back_until_it_is_settled(ada: User) -> None:
    a_budget("1", person=ada)
    call = asked(ada, text="x" * 300, max_tokens=10_000)
    (state,) = states_of(ada)
    assert Decimal("0.1") < state.used < Decimal("0.11")
    settled(call, usage={"input_tokens": 100, "output_tokens": 100}, stop_reason="end_turn")
    assert states_of(ada)[0].used == Decimal("0.0012")
    assert not Reservation.objects.exists()


def test_a_call_that_may_cost_too_much_is_refused_and_leaves_no_row(ada: User) -> None:
    a_budget("0.05", person=ada)
    with pytest.raises(OverBudget, match=r"could cost up to \$0\.10, and \$0\.05 is left of your"):
        asked(ada, max_tokens=10_000)
    assert not Call.objects.exists()
    assert not Reservation.objects.exists()
    assert states_of(ada)[0].used == 0


def test_tabs_that_ask_at_once_do_not_overspend_together(ada: User) -> None:
    a_budget("0.25", person=ada)

    def ask(_: int) -> bool:
        try:
            asked(ada, max_tokens=10_000)
        except OverBudget:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, range(6))) == 2
    assert Spending.objects.get().reserved <= Decimal("0.25")


def test_the_sentence_says_when_it_starts_anew(ada: User, clock: Clock) -> None:
    a_budget("1", person=ada, period="month")
    clock(datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    with pytest.raises(OverBudget, match=r"monthly budget.* on 1 January at 00:00 UTC"):
        asked(ada, max_tokens=200_000)


def test_a_new_day_begins_with_nothing_spent(ada: User, clock: Clock) -> None:
    a_budget("1", person=ada)
    clock(datetime(2026, 11, 20, 23, 59, tzinfo=UTC))
    late = asked(ada)
    clock(datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
    assert states_of(ada)[0].used == 0
    settled(late, usage={"output_tokens": 100_000}, stop_reason="end_turn")
    assert states_of(ada)[0].used == 0
    assert Spending.objects.get(since="2026-11-20").spent == 1


def test_a_budget_made_in_the_middle_counts_what_was_spent(ada: User, ben: User) -> None:
    paid(ada, 3)
    paid(ben, 4)
    a_budget("10", person=ada)
    everyone = a_budget("10")
    used = {state.budget.pk == everyone.pk: state.used for state in states_of(ada)}
    assert used == {True: 7, False: 3}


def test_a_role_shares_a_budget_or_has_one_each(ada: User, ben: User) -> None:
    members = Group.objects.get(name="member")
    shared = a_budget("10", role=members)
    each = a_budget("10", role=members, is_each=True)
    paid(ada, 3)
    paid(ben, 4)
    used = {state.budget.pk: state.used for state in states_of(ada)}
    assert used == {shared.pk: 7, each.pk: 3}


def test_a_budget_of_another_role_does_not_bind(ada: User, sue: User) -> None:
    a_budget("0", role=Group.objects.get(name="support"))
    asked(ada)
    with pytest.raises(OverBudget):
        asked(sue)


def test_an_empty_budget_refuses_before_anything_is_written(ada: User) -> None:
    a_budget("1", person=ada)
    paid(ada, 1)
    with pytest.raises(OverBudget, match="Your daily budget is used up"):
        budgets.require_room(ada)


def test_the_soft_mark_only_warns(ada: User) -> None:
    a_budget("10", person=ada, soft=2)
    assert not states_of(ada)[0].is_low
    paid(ada, 2)
    assert states_of(ada)[0].is_low
    budgets.require_room(ada)


@pytest.mark.parametrize(
    "fields",
    [
        {"hard": -1},
        {"hard": 1, "soft": 2},
        {"hard": 1, "period": "year"},
        {"hard": 1, "is_each": True, "person_id": 0},
    ],
)
def test_the_database_refuses_a_budget_that_makes_no_sense(
    ada: User, fields: dict[str, object]
) -> None:
    if "person_id" in fields:
        fields = {**fields, "person_id": ada.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(**{"period": "day", **fields})
