"""Of the record of changes."""

from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chatapp.accounts.models import AuditLine, AuditQuerySet


class AuditForm(forms.Form):
    """What to find in the record of changes. A page begins after a line (`at`, `pk`)."""

    person = forms.CharField(label=_("Who (part of the e-mail)"), required=False)
    action = forms.CharField(label=_("What (such as prompt.)"), required=False)
    target = forms.CharField(label=_("Of which id"), required=False)
    first = forms.DateField(label=pgettext_lazy("date", "From"), required=False)
    last = forms.DateField(label=pgettext_lazy("date", "To"), required=False)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def lines(self) -> AuditQuerySet:
        """The lines that fit, the newest first; none for a form that cannot be read."""
        if not self.is_valid():
            return AuditLine.objects.none()
        wanted = self.cleaned_data
        found = AuditLine.objects.select_related("by").filter(
            by_email__icontains=_text(wanted["person"]), action__startswith=_text(wanted["action"])
        )
        if target := _text(wanted["target"]):
            found = found.filter(target_id=target)
        if wanted["first"]:
            found = found.filter(at__date__gte=wanted["first"])
        if wanted["last"]:
            found = found.filter(at__date__lte=wanted["last"])
        if wanted["at"] and wanted["pk"] is not None:
            found = found.before(wanted["at"], wanted["pk"])
        return found

    def next_page(self, last: AuditLine) -> str:
        """The query of the page that follows that line."""
        query = {name: value for name, value in self.data.items() if name not in ("at", "pk")}
        return urlencode({**query, "at": last.at.isoformat(), "pk": last.pk})


def _text(value: str) -> str:
    return value.replace("\x00", "")
