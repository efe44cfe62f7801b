"""The verbs of the admins' room that belong to no lower floor."""

from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.usage.models import Budget


@transaction.atomic
def save_budget(budget: Budget, by: User, why: str = "") -> None:
    """Keep a budget that was checked by its form, and who set it."""
    before = Budget.objects.filter(pk=budget.pk).first()
    budget.save()
    action = "budget.changed" if before else "budget.created"
    detail = {"before": _told(before), "after": _told(budget)}
    record(by, action, budget, why=why, detail=detail)


@transaction.atomic
def delete_budget(budget: Budget, by: User) -> None:
    record(by, "budget.deleted", budget, detail={"before": _told(budget)})
    budget.delete()


def _told(budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        return {}
    return {name: str(value) for name, value in model_to_dict(budget).items() if value is not None}
