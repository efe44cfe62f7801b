"""What is said of an answer, and the case made of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chatapp.conversations.models import Mark
from chatapp.errors import Unusable
from chatapp.prompts.models import Prompt
from chatapp.review.actions.notes import CORRECTED_MAX

POINTS = "points "  # before the name of a rubric


class Names(forms.MultipleChoiceField):
    """Several; whether they exist is for the action to say."""

    def valid_value(self, value: Any) -> bool:
        return True


class MarkForm(forms.Form):
    verdict = forms.ChoiceField(choices=Mark.Verdict.choices)
    categories = Names(required=False)
    corrected = forms.CharField(required=False, max_length=CORRECTED_MAX)
    comment = forms.CharField(required=False, max_length=2_000)

    def require_valid(self) -> None:
        """Raises Unusable with the first complaint."""
        if not self.is_valid():
            raise Unusable(str(next(iter(self.errors.values()))[0]))

    def told(self) -> dict[str, Any]:
        """The parameters of `actions.notes.mark`."""
        found = self.cleaned_data
        points = {k.removeprefix(POINTS): v for k, v in self.data.items() if k.startswith(POINTS)}
        return {
            "verdict": found["verdict"],
            "categories": found["categories"],
            "scores": {k: int(v[:3]) for k, v in points.items() if v.isdecimal()},
            "words": (found["corrected"], found["comment"]),
        }


class CaseForm(forms.Form):
    prompt = forms.ModelChoiceField(Prompt.objects.filter(retired_at=None), label=_("Prompt"))
    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    reference = forms.CharField(
        label=_("What should have been answered"),
        required=False,
        max_length=CORRECTED_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A model judges later answers by whether they say the same."),
    )
