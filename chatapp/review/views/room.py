"""The set-up of the room: one page for all, one card each, and lists of small things."""

from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere
from chatapp.review.access import for_reviewers
from chatapp.review.actions import room as actions
from chatapp.review.actions.takeovers import card_of
from chatapp.review.forms.room import (
    CardForm,
    CategoryForm,
    MacroForm,
    MaskPatternForm,
    RoomForm,
    RubricForm,
    RuleForm,
)
from chatapp.review.models import Room
from chatapp.workbench.access import for_admins

FORMS: dict[str, type["ModelForm[Any]"]] = {
    "rule": RuleForm,
    "macro": MacroForm,
    "category": CategoryForm,
    "rubric": RubricForm,
    "pattern": MaskPatternForm,
}
TITLES = {
    "rule": _("Rules"),
    "macro": _("Canned replies and macros"),
    "category": _("Categories of marks"),
    "rubric": _("Rubrics"),
    "pattern": _("Patterns that are masked"),
}


@require_http_methods(["GET", "POST"])
@for_reviewers
def edit_card(request: HttpRequest) -> HttpResponse:
    """How one is shown to the people one helps."""
    card = card_of(reader(request))
    form = CardForm(request.POST or None, instance=card)
    return _edited(request, form, "card", gettext("Your card"), "review:edit_card")


@require_http_methods(["GET", "POST"])
@for_admins
def edit_room(request: HttpRequest) -> HttpResponse:
    form = RoomForm(request.POST or None, instance=Room.now())
    return _edited(request, form, "room", gettext("The support room"), "review:edit_room")


@require_GET
@for_admins
def list_things(request: HttpRequest, kind: str) -> HttpResponse:
    context = {"kind": kind, "title": _title(kind), "titles": TITLES, "things": _rows(kind)}
    return render(request, "review/things.html", context)


@require_http_methods(["GET", "POST"])
@for_admins
def create_thing(request: HttpRequest, kind: str) -> HttpResponse:
    title = gettext("%(kind)s: a new one") % {"kind": _title(kind)}
    form = FORMS[kind](request.POST or None)
    return _edited(request, form, kind, title, "review:list_things", kind)


@require_http_methods(["GET", "POST"])
@for_admins
def edit_thing(request: HttpRequest, kind: str, thing_id: int) -> HttpResponse:
    thing = _thing(kind, thing_id)
    form = FORMS[kind](request.POST or None, instance=thing)
    return _edited(request, form, kind, str(thing), "review:list_things", kind)


@require_POST
@for_admins
def delete_thing(request: HttpRequest, kind: str, thing_id: int) -> HttpResponse:
    actions.remove(_thing(kind, thing_id), reader(request), kind)
    return redirect("review:list_things", kind)


def _edited(
    request: HttpRequest, form: "ModelForm[Any]", noun: str, title: str, then: str, *where: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        actions.keep(form, reader(request), noun)
        return redirect(then, *where)
    context = {"form": form, "title": title}
    return render(request, "review/form.html", context, status=422 if form.errors else 200)


def _title(kind: str) -> str:
    if kind not in TITLES:
        raise NotThere
    return str(TITLES[kind])


def _rows(kind: str) -> "models.QuerySet[Any]":
    _title(kind)
    rows: models.QuerySet[Any] = FORMS[kind]._meta.model._default_manager.all()
    return rows


def _thing(kind: str, thing_id: int) -> models.Model:
    found: models.Model | None = _rows(kind).filter(pk=thing_id).first()
    if found is None:
        raise NotThere
    return found
