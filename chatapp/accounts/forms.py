from typing import ClassVar

from django import forms
from django.conf.locale import LANG_INFO

from chatapp.accounts.models import User

LANGUAGES = (
    "de",
    "en",
    "es",
    "fr",
    "it",
    "ja",
    "nl",
    "pl",
    "pt",
    "pt-br",
    "sv",
    "tr",
    "uk",
    "zh-hans",
)


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    locale = forms.ChoiceField(
        required=False,
        choices=[("", "Not said"), *((tag, LANG_INFO[tag]["name_local"]) for tag in LANGUAGES)],
    )

    class Meta:
        model = User
        fields: ClassVar = ["name", "locale", "theme", "announce"]
        widgets: ClassVar = {"theme": forms.RadioSelect, "announce": forms.RadioSelect}
        labels: ClassVar = {"announce": "What a screen reader says of a growing answer"}
