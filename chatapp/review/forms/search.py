"""What is looked for."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from chatapp.conversations.models import Message
from chatapp.conversations.search import Search
from chatapp.prompts.models import Prompt
from chatapp.review.search import dearer_than


class SearchForm(forms.Form):
    words = forms.CharField(required=False, max_length=500)
    person = forms.CharField(required=False, max_length=200)
    prompt = forms.ModelChoiceField(Prompt.objects.order_by("name"), required=False)
    model = forms.CharField(required=False, max_length=100)
    status = forms.ChoiceField(
        choices=[("", pgettext_lazy("choice", "any")), *Message.Status.choices], required=False
    )
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    cost = forms.DecimalField(required=False, min_value=0, max_digits=12, decimal_places=6)
    attachment = forms.BooleanField(required=False)

    @property
    def is_asked(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def search(self) -> Search:
        """Of a valid form."""
        given = self.cleaned_data
        return Search(
            words=given["words"],
            person=given["person"],
            prompt=given["prompt"].pk if given["prompt"] else None,
            model=given["model"],
            status=given["status"],
            has_attachment=given["attachment"],
            after=_midnight(given["first"], 0),
            before=_midnight(given["last"], 1),
            among=None if given["cost"] is None else dearer_than(given["cost"]),
        )


def _midnight(day: Any, more: int) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day, time.min, UTC) + timedelta(days=more)
    except OverflowError:
        return None
