"""Setting up the room, on record."""

from typing import Any

from django.db import models, transaction
from django.forms import ModelForm

from chatapp.accounts.audit import record
from chatapp.accounts.models import User


@transaction.atomic
def keep(form: "ModelForm[Any]", by: User, noun: str) -> None:
    """Save what a valid form holds."""
    is_new = form.instance._state.adding
    form.save()
    detail = {name: str(form.cleaned_data[name]) for name in form.changed_data}
    record(by, f"{noun}.{'created' if is_new else 'changed'}", form.instance, detail=detail)


@transaction.atomic
def remove(row: models.Model, by: User, noun: str) -> None:
    record(by, f"{noun}.deleted", row)
    row.delete()
