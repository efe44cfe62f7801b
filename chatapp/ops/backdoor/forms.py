"""Forms of the back door."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from chatapp.accounts.actions import require_other_admin
from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, Role
from chatapp.errors import Conflict


class Explained(forms.ModelForm):  # type: ignore[type-arg]
    why = forms.CharField(
        required=False, max_length=500, help_text="Kept in the record of changes."
    )


class PersonForm(Explained):
    """Never shows a password; without one a new person sets it by the mail of a reset."""

    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty: as it was. A new one signs the person out everywhere.",
    )

    class Meta:
        model = User
        fields = ("email", "name", "locale", "is_active", "groups")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if password := found.get("new_password"):
            person = User(email=found.get("email", ""), name=found.get("name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("new_password", error)
        roles = {group.name for group in found.get("groups", ())}
        if self.instance.pk and not (found.get("is_active") and Role.ADMIN.value in roles):
            try:
                require_other_admin(self.instance)
            except Conflict as error:
                self.add_error(None, error.sentence)
        return found


class Rights(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Of all permissions that Django knows only those that this app asks for."""

    def __init__(self, **options: Any) -> None:
        rights = Permission.objects.filter(codename__in=Right.values).order_by("pk")
        super().__init__(rights, required=False, widget=forms.CheckboxSelectMultiple, **options)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class GroupForm(Explained):
    permissions = Rights(label="Rights")
