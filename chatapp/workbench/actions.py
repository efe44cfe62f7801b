"""The verbs of the admins' room that belong to no lower floor."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import override

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
    # A budget is called by what it is, and the record is in one language.
    with override(settings.LANGUAGE_CODE):
        record(by, action, budget, why=why, detail=detail)


@transaction.atomic
def delete_budget(budget: Budget, by: User) -> None:
    with override(settings.LANGUAGE_CODE):
        record(by, "budget.deleted", budget, detail={"before": _told(budget)})
    budget.delete()


def _told(budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        return {}
    return {name: str(value) for name, value in model_to_dict(budget).items() if value is not None}
