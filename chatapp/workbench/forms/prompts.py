"""Of prompts and their versions. Lists are written a line each, as people do."""

import re
from collections.abc import Mapping
from dataclasses import fields as fields_of
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chatapp.context.policy import Marks
from chatapp.prompts.actions.publishing import Thresholds
from chatapp.prompts.actions.writing import Draft
from chatapp.prompts.models import PRODUCTION, Prompt, Version
from chatapp.prompts.servertools import DOMAIN, MAX_USES, SERVER_TOOLS
from chatapp.prompts.tools import TOOLS, label_of
from chatapp.prompts.variables import problems
from chatapp.usage.offers import catalogued, offered

MARKS = frozenset(field.name for field in fields_of(Marks))
SITES = _("A line each, such as example.com; for searches and pages alike.")
WEB_RULES = {
    "web_max_uses": "max_uses",
    "web_allowed": "allowed_domains",
    "web_blocked": "blocked_domains",
}
WORDS = ("model", "prompt")  # of the summarizer; all other marks are numbers


class Lines(forms.CharField):
    """A list, a line each; at most `most` of them, of at most `longest` characters."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, most: int = 50, longest: int = 2_000, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.most, self.longest = most, longest

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(_("At most %(most)s lines are possible.") % {"most": self.most})
        if any(len(line) > self.longest for line in lines):
            raise ValidationError(
                _("A line has at most %(most)s characters.") % {"most": self.longest}
            )
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class Pairs(Lines):
    """A mapping, `name = value` a line."""

    def clean(self, value: Any) -> Any:
        found = {}
        for line in super().clean(value):
            name, sign, of_it = line.partition("=")
            if not sign:
                raise ValidationError(_("“%(line)s” is no “name = value”.") % {"line": line})
            found[name.strip()] = of_it.strip()
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(f"{name} = {of_it}" for name, of_it in value.items())
        return value


def _sites(lines: list[str]) -> list[str]:
    """Domains as the API takes them: without scheme. Raises ValidationError."""
    for line in lines:
        if not re.fullmatch(DOMAIN, line):
            raise ValidationError(
                _("“%(line)s” is no site: write it as in example.com/path.") % {"line": line}
            )
    return lines


class CardForm(forms.ModelForm):  # type: ignore[type-arg]
    """What members see of a prompt, and who may choose it."""

    openings = Lines(
        most=6,
        longest=200,
        label=_("Suggested openings"),
        help_text=_("A line each: what a person may begin with."),
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Also for these groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    defaults = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Their chats begin with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = (
        *("name", "description", "icon", "openings", "is_for_everyone", "is_default"),
        *("groups", "defaults", "is_kept", "needs_approval"),
    )

    class Meta:
        model = Prompt
        fields = (
            *("name", "description", "icon", "openings", "is_for_everyone", "is_default"),
            *("is_kept", "needs_approval"),
        )
        labels = {  # noqa: RUF012
            "name": _("Name"),
            "description": _("Description"),
            "icon": _("Icon (an emoji)"),
            "is_for_everyone": _("Everyone may choose it"),
            "is_default": _("Everyone's chats begin with it"),
            "is_kept": _("Conversations stay on the version that they began with"),
            "needs_approval": _("Somebody other than the author approves what goes live"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            rows = list(self.instance.audiences.all())
            self.initial["groups"] = [row.group_id for row in rows]
            self.initial["defaults"] = [row.group_id for row in rows if row.is_default]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Prompt.objects.filter(name__iexact=name, retired_at=None)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another prompt has this name."))
        return name

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("is_default") and not found.get("is_for_everyone"):
            self.add_error(
                "is_default", _("Only what everyone may choose can be everyone's default.")
            )
        if found.get("is_default") and self.instance.retired_at:
            self.add_error("is_default", _("This prompt is retired. Restore it first."))
        return found

    def validate_constraints(self) -> None:
        """All but that there is one default: this one takes its place."""
        exclude = {*self._get_validation_exclusions(), "is_default"}  # type: ignore[attr-defined]
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]

    def audiences(self) -> dict[Group, bool]:
        """The groups, and whether their chats begin with this prompt."""
        begin = set(self.cleaned_data["defaults"])
        return {group: group in begin for group in {*self.cleaned_data["groups"], *begin}}


class VersionForm(forms.Form):
    """What a version says, begun from another one."""

    body = forms.CharField(
        label=_("What Claude is told"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
    )
    model = forms.ChoiceField(label=_("Model"), required=False)
    max_tokens = forms.IntegerField(
        label=_("Longest answer (tokens)"),
        required=False,
        min_value=1,
        help_text=_("Thinking counts."),
    )
    effort = forms.ChoiceField(
        label=_("Thinking effort"),
        required=False,
        choices=[("", _("As the model is used to")), *Version.Effort.choices],
    )
    stop_sequences = Lines(
        most=4, longest=100, label=_("Stop sequences"), help_text=_("A line each.")
    )
    variables = Pairs(
        label=_("Variables of your own"),
        help_text=_("name = default, a line each; {{name}} in the text."),
    )
    marks = Pairs(
        label=_("Summarizer"),
        help_text=_(
            "Marks that differ from the installation's, such as start = 20000, a line each."
        ),
    )
    tools = forms.MultipleChoiceField(
        label=_("Tools that Claude may use"), required=False, widget=forms.CheckboxSelectMultiple
    )
    web_max_uses = forms.IntegerField(
        label=_("Searches and pages in one answer, at most"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=format_lazy(_("Of each kind; empty: {most}."), most=MAX_USES),
    )
    web_allowed = Lines(most=100, longest=200, label=_("Only these sites"), help_text=SITES)
    web_blocked = Lines(most=100, longest=200, label=_("Never these sites"), help_text=SITES)
    note = forms.CharField(
        label=_("What changed, and why"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One that is offered no more stays where a version has it.
        chosen = str(self.initial.get("model") or "")
        ids = dict.fromkeys([*offered(), *([chosen] if chosen else [])])
        names = [(id, catalogued(id).name) for id in ids]
        self.fields["model"].choices = [("", _("As the person chooses")), *names]  # type: ignore[attr-defined]

        held = [str(name) for name in self.initial.get("tools") or ()]
        labels = {name: label_of(name) for name in sorted({*TOOLS, *held})}
        labels |= {name: f"{tool.label} ({tool.hint})" for name, tool in SERVER_TOOLS.items()}
        self.fields["tools"].choices = list(labels.items())  # type: ignore[attr-defined]
        rules = self.initial.get("web") or {}
        for name, key in WEB_RULES.items():
            self.initial.setdefault(name, rules.get(key, ""))

    def clean_web_allowed(self) -> list[str]:
        return _sites(self.cleaned_data["web_allowed"])

    def clean_web_blocked(self) -> list[str]:
        return _sites(self.cleaned_data["web_blocked"])

    def clean_body(self) -> str:
        # Postgres keeps no NUL, and browsers send CRLF.
        return str(self.cleaned_data["body"]).replace("\x00", "").replace("\r\n", "\n")

    def clean_marks(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data["marks"].items():
            if name not in (*MARKS, *WORDS):
                raise ValidationError(_("There is no mark “%(name)s”.") % {"name": name})
            if name in MARKS and not (value.isdecimal() and int(value) > 0):
                raise ValidationError(_("“%(name)s” is a number above 0.") % {"name": name})
            found[name] = int(value) if name in MARKS else value
        return found

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for problem in problems(found.get("body", ""), found.get("variables", {})):
            self.add_error("body", problem)
        if found.get("web_allowed") and found.get("web_blocked"):
            self.add_error("web_blocked", _("Name sites to allow or sites to block, not both."))
        if (chosen := found.get("model")) and (most := found.get("max_tokens")):
            limit = catalogued(chosen).max_output
            if most > limit:
                told = _("This model writes at most %(most)s tokens.")
                self.add_error("max_tokens", told % {"most": intcomma(limit)})
        return found

    def draft(self) -> Draft:
        found = self.cleaned_data
        return Draft(
            body=found["body"],
            model=found["model"],
            max_tokens=found["max_tokens"],
            effort=found["effort"],
            stop_sequences=tuple(found["stop_sequences"]),
            marks=found["marks"],
            variables=found["variables"],
            tools=tuple(sorted(found["tools"])),
            web={key: found[name] for name, key in WEB_RULES.items() if found[name]},
        )


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("What changes for people, and why"), widget=forms.Textarea(attrs={"rows": 3})
    )
    label = forms.RegexField(
        label=_("Label"),
        regex=r"^[a-z0-9][a-z0-9._-]*$",
        max_length=40,
        initial=PRODUCTION,
        help_text=_("production answers people; any other name is for yourselves."),
    )
    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 2}))
    line = forms.IntegerField(label=_("On line"), required=False, min_value=1)


class RolloutForm(forms.Form):
    percent = forms.IntegerField(
        label=_("Percent of conversations"), min_value=1, max_value=99, initial=10
    )
    min_answers = forms.IntegerField(
        label=_("Judge from so many answers on"), min_value=1, max_value=1_000_000, initial=50
    )
    max_down_percent = forms.IntegerField(
        # xgettext:no-python-format
        label=_("Fall back above (% thumbs down)"),
        required=False,
        min_value=0,
        max_value=100,
    )
    max_error_percent = forms.IntegerField(
        # xgettext:no-python-format
        label=_("Fall back above (% failed answers)"),
        required=False,
        min_value=0,
        max_value=100,
    )
    max_cost_percent = forms.IntegerField(
        # xgettext:no-python-format
        label=_("Fall back above (cost of an answer, % of the control's)"),
        required=False,
        min_value=1,
        max_value=10_000,
    )

    def thresholds(self) -> Thresholds:
        found = {name: value for name, value in self.cleaned_data.items() if name != "percent"}
        return Thresholds(**found)


class EndForm(forms.Form):
    """How a rollout ends, and why."""

    end = forms.ChoiceField(
        choices=[("publish", _("Publish to all")), ("stop", pgettext_lazy("rollout", "Take back"))]
    )
    note = forms.CharField()
