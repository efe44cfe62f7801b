"""What the form of the search says."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone

from chatapp.conversations.search import Search


class SearchForm(forms.Form):
    words = forms.CharField(required=False, max_length=500)
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    model = forms.CharField(required=False, max_length=100)
    attachment = forms.BooleanField(required=False)

    @property
    def is_asked(self) -> bool:
        return any(self.data.get(name, "").strip() for name in self.fields)

    @property
    def has_filters(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "words")

    def search(self) -> Search:
        """Of a valid form."""
        given = self.cleaned_data
        return Search(
            words=given["words"],
            as_typed=True,
            model=given["model"],
            has_attachment=given["attachment"],
            after=_midnight(given["first"], 0),
            before=_midnight(given["last"], 1),
        )


def _midnight(day: date | None, more: int) -> datetime | None:
    """When the day begins, or so many days later, where the reader is."""
    if day is None:
        return None
    try:
        later = datetime.combine(day, time.min) + timedelta(days=more)
        return later.replace(tzinfo=timezone.get_current_timezone())
    except OverflowError:
        return None
