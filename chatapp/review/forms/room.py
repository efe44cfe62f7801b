"""How the room is set up."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from phonenumbers import SUPPORTED_REGIONS

from chatapp.errors import Unusable
from chatapp.review.macros import VARIABLES
from chatapp.review.masking import Mask, Pattern
from chatapp.review.models import Card, Category, Macro, MaskPattern, Room, Rubric, Rule
from chatapp.review.rules import compiled


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
        widgets: ClassVar[dict[str, Any]] = {"criterion": forms.Textarea(attrs={"rows": 3})}

    def clean_phone_region(self) -> str:
        given = str(self.cleaned_data["phone_region"]).upper()
        if given not in SUPPORTED_REGIONS:
            raise ValidationError("This is no country that is known, such as US or DE.")
        return given


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rule
        fields = ("name", "pattern", "is_regex", "where", "priority", "is_active")

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


class RubricForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rubric
        fields = ("name", "meaning", "most")


class MacroForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Macro
        fields = ("name", "text", "status", "tags")
        help_texts: ClassVar = {
            "text": "Variables: " + "; ".join(f"{{{{{n}}}}}: {m}" for n, m in VARIABLES.items()),
            "tags": "With commas between them.",
        }
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 4})}
