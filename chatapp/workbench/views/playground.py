"""The playground: versions side by side, on the same words."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import ChatappError, NotThere
from chatapp.generation.entries import path_entries
from chatapp.prompts.models import Version
from chatapp.workbench import trials
from chatapp.workbench.access import for_writers
from chatapp.workbench.forms.prompts import VersionForm
from chatapp.workbench.views.versions import editor_of, initial_of


@require_GET
@for_writers
def show_playground(request: HttpRequest) -> HttpResponse:
    """Columns of trials that are under way, or empty ones of versions to be tried."""
    asked = request.GET.getlist("trial")
    if not asked and not request.GET.getlist("version"):
        return redirect("workbench:list_prompts")
    running = trials.trials_of(reader(request), asked) if asked else []
    versions = [trial.version for trial in running if trial.version]
    versions = versions or _versions(request.GET.getlist("version"))
    columns = [
        {
            "version": trial.version,
            "trial": trial,
            "entries": path_entries(trial),
            "spent": trials.spent_on(trial),
        }
        for trial in running
    ] or [{"version": version} for version in versions]
    context = {
        "columns": columns,
        "prompt": versions[0].prompt,
        "others": versions[0].prompt.versions.exclude(pk__in=[v.pk for v in versions])[:20],
        "is_wide": len(versions) < trials.COLUMNS,
        "text": request.GET.get("text", ""),
        **(editor_of(VersionForm(initial=_initial(versions[0]))) if len(versions) == 1 else {}),
    }
    return render(request, "workbench/playground.html", context)


@require_POST
@for_writers
def create_trial(request: HttpRequest) -> HttpResponse:
    """Send a message to all columns: to their trials, or to new ones of the versions."""
    person, text = reader(request), request.POST.get("text", "")
    asked, versions = request.POST.getlist("trial"), request.POST.getlist("version")
    try:
        if asked:
            found = trials.trials_of(person, asked)
            trials.send_to_trials(found, person, text)
        else:
            found = trials.begin_trials(_versions(versions), person, text)
    except NotThere:
        raise
    except ChatappError as error:
        # The words must not be lost with the page that is left.
        messages.error(request, error.sentence)
        return _back({"trial": asked, "version": versions, "text": text[:1_500]})
    return _back({"trial": [str(trial.pk) for trial in found]})


def _back(query: dict[str, object]) -> HttpResponse:
    return redirect(f"{reverse('workbench:show_playground')}?{urlencode(query, doseq=True)}")


def _versions(ids: list[str]) -> list[Version]:
    """Raises NotThere where one that does not exist is named."""
    try:
        keys = [uuid.UUID(id) for id in ids[: trials.COLUMNS]]
    except ValueError:
        raise NotThere from None
    found = Version.objects.select_related("prompt").in_bulk(keys)
    if len(found) != len(set(keys)):
        raise NotThere
    return [found[key] for key in keys]


def _initial(version: Version) -> dict[str, object]:
    newest = version.prompt.versions.first()
    return initial_of(version, newest.number if newest else 0)
