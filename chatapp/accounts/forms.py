from typing import ClassVar

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.manners import ZONES
from chatapp.accounts.models import User

# Languages of answers alone: pages are not written in them.
ANSWERS_ONLY = ("it", "nl", "pl", "pt", "pt-br", "sv", "tr", "uk", "zh-hans")
# Older names of places in the list, and what is no place.
NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/")


def language_choices() -> list[tuple[object, object]]:
    answers = [(tag, LANG_INFO[tag]["name_local"]) for tag in ANSWERS_ONLY]
    return [
        ("", _("As the browser")),
        (_("Pages and answers"), list(settings.LANGUAGES)),
        (_("Answers only"), answers),
    ]


def zone_choices() -> list[tuple[object, object]]:
    """Places by continent; then the few zones that are none."""
    continents: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(ZONES):
        continent, _slash, place = zone.partition("/")
        if place and not zone.startswith(NO_PLACES):
            shown = place.replace("_", " ").replace("/", ", ")
            continents.setdefault(continent, []).append((zone, shown))
    return [("", _("As the browser says")), ("UTC", "UTC"), *continents.items()]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    locale = forms.ChoiceField(label=_("Language"), required=False, choices=language_choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=zone_choices)

    class Meta:
        model = User
        fields: ClassVar = ["name", "locale", "time_zone", "theme", "announce"]
        widgets: ClassVar = {"theme": forms.RadioSelect, "announce": forms.RadioSelect}
        labels: ClassVar = {
            "name": _("Name"),
            "announce": _("What a screen reader says of a growing answer"),
        }
