"""Versions of a prompt: written, compared, approved, published."""

import uuid
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere, Unusable
from chatapp.prompts.actions import publishing, writing
from chatapp.prompts.actions.publishing import live_version
from chatapp.prompts.actions.writing import Overtaken, draft_of
from chatapp.prompts.models import PRODUCTION, Prompt, Version
from chatapp.workbench.access import for_writers
from chatapp.workbench.cautions import loss_of, preview
from chatapp.workbench.compare import Comparison, compare
from chatapp.workbench.evidence import evidence_for
from chatapp.workbench.figures import figures
from chatapp.workbench.forms.prompts import CommentForm, PublishForm, VersionForm
from chatapp.workbench.views.prompts import the_prompt


@require_http_methods(["GET", "POST"])
@for_writers
def create_version(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    form = VersionForm(request.POST or None, initial=_initial(request, prompt))
    if request.method == "POST" and form.is_valid():
        try:
            version = writing.save_version(
                prompt,
                reader(request),
                form.draft(),
                form.cleaned_data["note"],
                form.cleaned_data["based_on"],
            )
            if request.POST.get("then") == "try":
                return redirect(f"{reverse('workbench:show_playground')}?version={version.pk}")
            return redirect("workbench:show_version", version.pk)
        except Overtaken as told:
            return _overtaken(request, prompt, form, told)
        except Unusable as error:
            form.add_error(None, error.sentence)
    return _editor(request, prompt, form, 422 if form.errors else 200)


@require_POST
@for_writers
def show_preview(request: HttpRequest) -> HttpResponse:
    """What the text in the editor becomes, weighs and costs."""
    # Half of what is typed is not valid yet; the rest is told all the same.
    form = VersionForm(_based_on(request.POST, 0))
    form.is_valid()
    found = form.cleaned_data
    body = str(found.get("body", request.POST.get("body", "")))
    made = preview(body, found.get("variables") or {}, found.get("model") or "")
    context: dict[str, Any] = {"preview": made, "problems": form.errors.get("body", [])}
    return render(request, "workbench/_preview.html", context)


@require_GET
@for_writers
def show_version(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    version = the_version(version_id)
    live = live_version(version.prompt)
    against = version.prompt.versions.filter(number=_number(request.GET.get("against"))).first()
    other = against or live
    context: dict[str, object] = {
        "version": version,
        "figures": figures(version),
        "live": live,
        "lines": list(enumerate(version.body.splitlines(), 1)),
        "comparison": compare(other, version) if other and other != version else None,
        "others": version.prompt.versions.exclude(pk=version.pk).values_list("number", flat=True),
        "approvals": version.approvals.select_related("by"),
        "is_approver": version.approvals.filter(by=reader(request)).exists(),
        "comments": version.comments.select_related("by"),
        "form": CommentForm(),
    }
    return render(request, "workbench/version.html", context)


@require_http_methods(["GET", "POST"])
@for_writers
def create_publication(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    version = the_version(version_id)
    live, evidence = live_version(version.prompt), evidence_for(version)
    form = PublishForm(request.POST or None, initial={"instead_of": live.number if live else None})
    if request.method == "POST" and form.is_valid():
        seen = version.prompt.versions.filter(number=form.cleaned_data["instead_of"]).first()
        label = form.cleaned_data["label"]
        publishing.publish(
            version,
            reader(request),
            form.cleaned_data["note"],
            instead_of=seen if label == PRODUCTION else _pointed(version.prompt, label),
            label=label,
            evidence=evidence.told if evidence else None,
        )
        return redirect("workbench:show_prompt", version.prompt_id)
    context: dict[str, Any] = {
        "form": form,
        "version": version,
        "live": live,
        "comparison": compare(live, version) if live else None,
        "loss": loss_of(version.prompt),
        "evidence": evidence,
        "approvers": ", ".join(str(one.by) for one in version.approvals.select_related("by")),
    }
    return render(request, "workbench/publish.html", context, status=422 if form.errors else 200)


@require_POST
@for_writers
def create_approval(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    writing.approve(the_version(version_id), reader(request))
    return redirect("workbench:show_version", version_id)


@require_POST
@for_writers
def delete_approval(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    writing.withdraw_approval(the_version(version_id), reader(request))
    return redirect("workbench:show_version", version_id)


@require_POST
@for_writers
def create_comment(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        raise Unusable(gettext("A comment needs words, and a line that is a number."))
    found = form.cleaned_data
    writing.comment(the_version(version_id), reader(request), found["text"], found["line"])
    return redirect("workbench:show_version", version_id)


@require_POST
@for_writers
def edit_version_retirement(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    version = the_version(version_id)
    publishing.retire_version(version, reader(request), on=request.POST.get("on") == "1")
    return redirect("workbench:show_version", version_id)


def the_version(version_id: uuid.UUID) -> Version:
    """With its state. Raises NotThere."""
    found = Version.objects.with_state().select_related("prompt", "author")
    version = found.filter(pk=version_id).first()
    if version is None:
        raise NotThere
    return version


def _pointed(prompt: Prompt, name: str) -> Version | None:
    label = prompt.labels.select_related("version").filter(name=name).first()
    return label.version if label else None


def _initial(request: HttpRequest, prompt: Prompt) -> dict[str, object]:
    """What the editor begins with: the newest version, or the one that was asked for."""
    newest = prompt.versions.first()
    asked = prompt.versions.filter(number=_number(request.GET.get("from"))).first()
    begin = asked or newest
    return initial_of(begin, newest.number if newest else 0)


def initial_of(begin: Version | None, newest: int) -> dict[str, object]:
    """What the editor shows of a version; what is saved follows the newest."""
    return {**(asdict(draft_of(begin)) if begin else {}), "based_on": newest}


def editor_of(form: VersionForm) -> dict[str, object]:
    """The context of `workbench/_editor.html`."""
    beside = [name for name in form.fields if name not in ("body", "note", "based_on")]
    return {"form": form, "side": beside}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _overtaken(
    request: HttpRequest, prompt: Prompt, form: VersionForm, told: Overtaken
) -> HttpResponse:
    """The editor again, with what the other one saved beside what is here."""
    # Never saved: only to be laid beside the other one.
    mine = Version(prompt=prompt, number=0, **asdict(form.draft()))
    again = VersionForm(_based_on(request.POST, told.newest.number), initial=form.initial)
    again.is_valid()
    comparison = compare(told.newest, mine)
    return _editor(request, prompt, again, 409, comparison, told.sentence)


def _based_on(posted: QueryDict, number: int) -> QueryDict:
    """What was posted, as a change of that version."""
    again = posted.copy()
    again["based_on"] = str(number)
    return again


def _editor(
    request: HttpRequest,
    prompt: Prompt,
    form: VersionForm,
    status: int,
    comparison: Comparison | None = None,
    conflict: str = "",
) -> HttpResponse:
    context = {
        "prompt": prompt,
        "comparison": comparison,
        "conflict": conflict,
        **editor_of(form),
    }
    return render(request, "workbench/editor.html", context, status=status)
