"""Budgets: reserve before a call, release after it, so nobody overspends by asking twice at once.

What a budget has spent stands in one row a period, which is locked to change it.
Rows are locked in the order of their keys, so nobody waits in a circle.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import User
from chatapp.errors import ChatappError
from chatapp.usage.models import ZERO, Budget, Call, Reservation, Spending
from chatapp.usage.shown import dollars

Sentences = Mapping[tuple[bool, str], str | Promise]
# By whether it is one's own, and of which period: languages put these words together differently.
USED_UP: Sentences = {
    (True, Budget.Period.DAY): _("Your daily budget is used up."),
    (True, Budget.Period.MONTH): _("Your monthly budget is used up."),
    (False, Budget.Period.DAY): _("The daily budget of %(whom)s is used up."),
    (False, Budget.Period.MONTH): _("The monthly budget of %(whom)s is used up."),
}
TOO_DEAR: Sentences = {
    (True, Budget.Period.DAY): _(
        "This could cost up to %(cost)s, and %(left)s is left of your daily budget."
    ),
    (True, Budget.Period.MONTH): _(
        "This could cost up to %(cost)s, and %(left)s is left of your monthly budget."
    ),
    (False, Budget.Period.DAY): _(
        "This could cost up to %(cost)s, and %(left)s is left of the daily budget of %(whom)s."
    ),
    (False, Budget.Period.MONTH): _(
        "This could cost up to %(cost)s, and %(left)s is left of the monthly budget of %(whom)s."
    ),
}


class OverBudget(ChatappError):
    """A call would cost more than what is left of a budget."""

    status = 402


@dataclass(frozen=True)
class BudgetState:
    """How much of a budget is used by one person's standing in it. US dollars."""

    budget: Budget
    used: Decimal  # spent and reserved
    resets_at: datetime

    @property
    def left(self) -> Decimal:
        return max(ZERO, Decimal(self.budget.hard) - self.used)

    @property
    def is_low(self) -> bool:
        return self.budget.soft is not None and self.used >= self.budget.soft


def states_of(user: User) -> list[BudgetState]:
    """The budgets that bound a person, the fullest first."""
    now = timezone.now()
    states = [
        BudgetState(budget, _spending(budget, user, now).used, resets_at(budget, now))
        for budget in Budget.objects.of(user).select_related("person", "role")
    ]
    return sorted(states, key=lambda state: state.left)


def require_room(user: User) -> None:
    """Raises OverBudget when a budget of the person has nothing left."""
    for state in states_of(user):
        if state.left <= 0:
            raise OverBudget(f"{_used_up(state.budget)} {_reset(state.resets_at)}")


def reserve(call: Call, user: User, amount: Decimal) -> None:
    """Hold `amount` back in every budget of the person. Raises OverBudget.

    Call inside a transaction.
    """
    now = timezone.now()
    rows = [_spending(budget, user, now).pk for budget in Budget.objects.of(user)]
    if not rows:
        return
    # The budget is read without its lock: an admin may change it meanwhile.
    locked = Spending.objects.select_for_update(of=("self",)).select_related("budget__role")
    spendings = list(locked.filter(pk__in=rows).order_by("pk"))
    for spending in spendings:
        _require(spending, amount, now)
    Spending.objects.filter(pk__in=rows).update(reserved=F("reserved") + amount)
    Reservation.objects.bulk_create(
        Reservation(call=call, spending=spending, amount=amount) for spending in spendings
    )


def release(calls: Iterable[Call]) -> None:
    """Turn the reservations of settled calls into what they cost.

    Call inside the transaction that settles them.
    """
    by_pk = {call.pk: call for call in calls}
    held = list(Reservation.objects.filter(call__in=by_pk))
    if not held:
        return
    wanted = {reservation.spending_id for reservation in held}
    for spending in Spending.objects.select_for_update().filter(pk__in=wanted).order_by("pk"):
        of_it = [reservation for reservation in held if reservation.spending_id == spending.pk]
        spending.reserved -= sum((reservation.amount for reservation in of_it), ZERO)
        spending.spent += sum((by_pk[r.call_id].cost or ZERO for r in of_it), ZERO)
        spending.save(update_fields=["reserved", "spent"])
    Reservation.objects.filter(pk__in=[reservation.pk for reservation in held]).delete()


def first_day(budget: Budget, now: datetime) -> date:
    today = now.astimezone(UTC).date()
    return today.replace(day=1) if budget.period == Budget.Period.MONTH else today


def resets_at(budget: Budget, now: datetime) -> datetime:
    """The moment at which the next period begins."""
    since = first_day(budget, now)
    if budget.period == Budget.Period.MONTH:
        following = (since + timedelta(days=32)).replace(day=1)
    else:
        following = since + timedelta(days=1)
    return datetime.combine(following, datetime.min.time(), UTC)


def _spending(budget: Budget, user: User, now: datetime) -> Spending:
    """The row of this period; at its first use it starts from what the ledger has."""
    person = user if budget.is_each or budget.person_id else None
    since = first_day(budget, now)
    key = {"budget": budget, "person": person, "since": since}
    found = Spending.objects.filter(**key).first()
    if found is None:
        row = Spending(**key, spent=_spent_before(budget, person, since))
        # Two first calls at once make one row.
        Spending.objects.bulk_create([row], ignore_conflicts=True)
        found = Spending.objects.get(**key)
    return found


def _spent_before(budget: Budget, person: User | None, since: date) -> Decimal:
    calls = Call.objects.filter(
        opened_at__gte=datetime.combine(since, datetime.min.time(), UTC), settled_at__isnull=False
    )
    if person:
        calls = calls.filter(user=person)
    elif budget.role_id:
        calls = calls.filter(user__in=User.objects.filter(groups=budget.role_id))
    return calls.aggregate(sum=Sum("cost"))["sum"] or ZERO


def _require(spending: Spending, amount: Decimal, now: datetime) -> None:
    left = spending.budget.hard - spending.used
    if amount <= left and left > 0:
        return
    reset = _reset(resets_at(spending.budget, now))
    if left <= 0:
        raise OverBudget(f"{_used_up(spending.budget)} {reset}")
    raise OverBudget(f"{_too_dear(spending.budget, amount, left)} {reset}")


def _used_up(budget: Budget) -> str:
    return _sentence(USED_UP, budget) % {"whom": budget.role or gettext("everyone")}


def _too_dear(budget: Budget, amount: Decimal, left: Decimal) -> str:
    told = {"cost": _money(amount), "left": _money(left)}
    return _sentence(TOO_DEAR, budget) % {**told, "whom": budget.role or gettext("everyone")}


def _sentence(sentences: Sentences, budget: Budget) -> str:
    is_own = bool(budget.is_each or budget.person_id)
    return str(sentences[is_own, budget.period])


def _reset(moment: datetime) -> str:
    told = gettext("It starts anew on %(day)s at %(time)s UTC.")
    return told % {"day": date_format(moment, "MONTH_DAY_FORMAT"), "time": f"{moment:%H:%M}"}


def _money(amount: Decimal) -> str:
    if amount < Decimal("0.01"):
        return gettext("less than a cent")
    return dollars(amount, 2)
