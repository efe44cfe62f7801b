"""A version for some of the conversations: begun, watched, ended."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere, Unusable
from chatapp.prompts.actions import publishing
from chatapp.prompts.models import Rollout
from chatapp.workbench.access import for_writers
from chatapp.workbench.forms.prompts import EndForm, RolloutForm
from chatapp.workbench.rollouts import results
from chatapp.workbench.views.versions import the_version


@require_http_methods(["GET", "POST"])
@for_writers
def create_rollout(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    version = the_version(version_id)
    form = RolloutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        percent = form.cleaned_data["percent"]
        rollout = publishing.start_rollout(version, reader(request), percent, form.thresholds())
        return redirect("workbench:show_rollout", rollout.pk)
    context = {
        "form": form,
        "version": version,
        "live": publishing.live_version(version.prompt),
    }
    status = 422 if form.errors else 200
    return render(request, "workbench/new_rollout.html", context, status=status)


@require_GET
@for_writers
def show_rollout(request: HttpRequest, rollout_id: uuid.UUID) -> HttpResponse:
    rollout = _the_rollout(rollout_id)
    context = {"rollout": rollout, "results": results(rollout)}
    return render(request, "workbench/rollout.html", context)


@require_POST
@for_writers
def edit_rollout(request: HttpRequest, rollout_id: uuid.UUID) -> HttpResponse:
    given = request.POST.get("percent", "")
    if not (given.isdecimal() and len(given) < 4):
        raise Unusable(gettext("Give a share from 1 to 99 percent."))
    publishing.change_rollout(_the_rollout(rollout_id), reader(request), int(given))
    return redirect("workbench:show_rollout", rollout_id)


@require_POST
@for_writers
def delete_rollout(request: HttpRequest, rollout_id: uuid.UUID) -> HttpResponse:
    """End it: `end` says whether the version goes to all or to nobody."""
    rollout = _the_rollout(rollout_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Unusable(str(publishing.NO_NOTE))
    is_better = form.cleaned_data["end"] == "publish"
    end = Rollout.End.PUBLISHED if is_better else Rollout.End.STOPPED
    publishing.end_rollout(rollout, reader(request), end, form.cleaned_data["note"])
    return redirect("workbench:show_prompt", rollout.prompt_id)


def _the_rollout(rollout_id: uuid.UUID) -> Rollout:
    found = Rollout.objects.select_related("prompt", "version", "control", "started_by", "ended_by")
    rollout = found.filter(pk=rollout_id).first()
    if rollout is None:
        raise NotThere
    return rollout
