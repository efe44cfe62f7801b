from typing import ClassVar

from django import forms

from chatapp.accounts.models import User


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar = ["theme", "announce"]
        widgets: ClassVar = {"theme": forms.RadioSelect, "announce": forms.RadioSelect}
        labels: ClassVar = {"announce": "What a screen reader says of a growing answer"}
