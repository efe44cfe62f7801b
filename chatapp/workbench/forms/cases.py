"""Of cases and replays."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chatapp.errors import Unusable
from chatapp.prompts.models import Prompt, Version
from chatapp.workbench.checks import MEANINGS, MOST, parsed
from chatapp.workbench.forms.prompts import Lines
from chatapp.workbench.models import Replay


def _explained_now() -> str:
    return " ".join(
        [gettext("A line each."), *(f"{kind}: {meaning}." for kind, meaning in MEANINGS.items())]
    )


_explained = lazy(_explained_now, str)


class CaseForm(forms.Form):
    """What stays open in a case: its name, and what a good answer must do."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("Empty: the beginning of the question."),
    )
    checks = Lines(
        most=MOST, longest=5_000, label=_("What a good answer must do"), help_text=_explained()
    )

    def clean_checks(self) -> list[str]:
        lines: list[str] = self.cleaned_data["checks"]
        try:
            parsed(lines)
        except Unusable as error:
            raise ValidationError(error.sentence) from None
        return lines


class CopyForm(CaseForm):
    """A case from a thread."""

    prompt = forms.ModelChoiceField(
        Prompt.objects.filter(retired_at=None).order_by("name"), label=_("Prompt")
    )
    field_order = ("name", "prompt", "checks")


class WrittenForm(CaseForm):
    """A case that somebody thought of."""

    text = forms.CharField(label=_("What a person asks"), widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ("text", "name", "checks")


class ReplayForm(forms.Form):
    version = forms.ModelChoiceField(Version.objects.none(), empty_label=None)
    mode = forms.ChoiceField(choices=Replay.Mode.choices, initial=Replay.Mode.NOW)

    def __init__(self, *args: Any, prompt: Prompt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = prompt.versions.filter(retired_at=None)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["version"].initial = versions.first()
