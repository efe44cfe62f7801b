"""The panel of an item."""

from django import forms
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.errors import Unusable
from chatapp.review.actions import items
from chatapp.review.models import Item


class ItemForm(forms.Form):
    """What is not there is not changed."""

    status = forms.ChoiceField(choices=Item.Status.choices, required=False)
    until = forms.DateTimeField(required=False)
    priority = forms.TypedChoiceField(choices=Item.Priority.choices, coerce=int, required=False)
    assignee = forms.CharField(required=False, max_length=20)
    tags = forms.CharField(required=False, max_length=1_000)
    wants_two = forms.CharField(required=False, max_length=1)

    def require_valid(self) -> None:
        """Raises Unusable with the first complaint."""
        if not self.is_valid():
            raise Unusable(str(next(iter(self.errors.values()))[0]))

    def apply(self, item: Item, by: User) -> None:
        """Raises NotThere, Unusable, Conflict."""
        found = self.cleaned_data
        if found["status"] and (found["status"] != item.status or found["until"]):
            items.set_status(item.pk, by, found["status"], found["until"])
        if "priority" in self.data and found["priority"] != "":
            items.set_priority(item.pk, by, found["priority"])
        if "assignee" in self.data:
            items.assign(item.pk, by, self._assignee())
        if "tags" in self.data:
            items.set_tags(item.pk, by, found["tags"].split(","))
        if found["wants_two"]:
            items.set_wants_two(item.pk, by, on=found["wants_two"] == "1")

    def _assignee(self) -> User | None:
        given = self.cleaned_data["assignee"]
        if not given:
            return None
        person = items.staff().filter(pk=given).first() if given.isdecimal() else None
        if person is None:
            raise Unusable(gettext("Only people of the support room can be given work."))
        return person
