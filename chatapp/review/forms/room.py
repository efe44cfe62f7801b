"""How the room is set up."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from chatapp.errors import Unusable
from chatapp.review.macros import VARIABLES
from chatapp.review.masking import Mask, Pattern
from chatapp.review.models import Card, Category, Macro, MaskPattern, Room, Rubric, Rule
from chatapp.review.rules import compiled


def _explained_now() -> str:
    told = "; ".join(f"{{{{{name}}}}}: {meaning}" for name, meaning in VARIABLES.items())
    return gettext("Variables: %(variables)s") % {"variables": told}


_explained = lazy(_explained_now, str)


class CardForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Card
        fields = ("name", "picture")


class RoomForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Room
        fields = (
            *("respond_minutes", "resolve_minutes", "sample_percent", "classifier", "criterion"),
            *("phone_region", "assigns_in_turn", "only_assignee_replies"),
        )
        labels: ClassVar = {"classifier": _("Classifier")}
        widgets: ClassVar[dict[str, Any]] = {"criterion": forms.Textarea(attrs={"rows": 3})}

    def clean_phone_region(self) -> str:
        given = str(self.cleaned_data["phone_region"]).upper()
        if given not in SUPPORTED_REGIONS:
            raise ValidationError(_("This is no country that is known, such as US or DE."))
        return given


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rule
        fields = ("name", "pattern", "is_regex", "where", "priority", "is_active")
        labels: ClassVar = {
            "name": _("Name"),
            "pattern": _("Pattern"),
            "where": _("Where"),
            "priority": _("Priority"),
            "is_active": _("Is active"),
        }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("is_regex") and found.get("pattern"):
            try:
                compiled(found["pattern"])
            except Unusable as error:
                raise ValidationError(error.sentence) from None
        return found


class MaskPatternForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MaskPattern
        fields = ("name", "expression")
        labels: ClassVar = {"name": _("Name")}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("name") and found.get("expression"):
            try:
                Mask([Pattern(found["name"], found["expression"])])
            except Unusable as error:
                raise ValidationError(error.sentence) from None
        return found


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Category
        fields = ("name",)
        labels: ClassVar = {"name": _("Name")}


class RubricForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rubric
        fields = ("name", "meaning", "most")
        labels: ClassVar = {"name": _("Name"), "meaning": _("Meaning")}


class MacroForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Macro
        fields = ("name", "text", "status", "tags")
        labels: ClassVar = {
            "name": _("Name"),
            "text": _("Text"),
            "status": _("Status"),
            "tags": _("Tags"),
        }
        help_texts: ClassVar = {
            "text": _explained(),
            "tags": _("With commas between them."),
        }
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 4})}
