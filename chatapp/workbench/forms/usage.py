"""Of reports and budgets."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chatapp.accounts.models import User
from chatapp.usage.models import Budget
from chatapp.usage.reports import Span

LONGEST = timedelta(days=366)


class SpanForm(forms.Form):
    """The days of a report; without a word the last thirty."""

    first = forms.DateField(label=pgettext_lazy("date", "From"), required=False)
    last = forms.DateField(label=pgettext_lazy("date", "To"), required=False)

    def span(self) -> Span:
        found = self.cleaned_data if self.is_valid() else {}
        last = found.get("last") or timezone.now().date()
        first = found.get("first") or last - timedelta(days=29)
        first = min(first, last)
        return Span(max(first, last - LONGEST), last)


class BudgetForm(forms.ModelForm):  # type: ignore[type-arg]
    email = forms.EmailField(
        label=_("One person (e-mail)"), required=False, help_text=_("Empty: a role, or everyone.")
    )
    role = forms.ModelChoiceField(
        Group.objects.order_by("name"),
        label=_("Or everybody of a role"),
        required=False,
        empty_label=_("Everyone"),
    )
    period = forms.ChoiceField(label=_("Period"), choices=Budget.Period.choices)
    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        help_text=_("Kept in the record of changes."),
    )
    field_order = ("email", "role")

    class Meta:
        model = Budget
        fields = ("role", "is_each", "period", "soft", "hard")
        labels = {  # noqa: RUF012
            "is_each": _("Each of them has a budget of this size"),
            "soft": _("Warn from (dollars)"),
            "hard": _("Refuse at (dollars)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.person:
            self.fields["email"].initial = self.instance.person.email

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        email = found.get("email")
        person = User.objects.filter(email__iexact=email).first() if email else None
        if email and person is None:
            self.add_error("email", _("Nobody here has this address."))
        if person and found.get("role"):
            self.add_error("role", _("Choose a role or a person, not both."))
        if person:
            found["is_each"] = False
        self.instance.person = person
        return found

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        # The person is not a field of the form, yet part of what must be unique.
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            if not self.errors:
                self.add_error(None, error)
