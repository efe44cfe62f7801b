"""From a version to every answer that it gave. What was said stands behind a record."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.generation.rounds import costs_of
from chatapp.workbench.access import for_writers
from chatapp.workbench.figures import answers_of, by_day, figures
from chatapp.workbench.views.versions import the_version

PAGE = 50


@require_GET
@for_writers
def list_answers(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    version = the_version(version_id)
    runs = answers_of(version).order_by("-created_at", "-pk")
    page = Paginator(runs, PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    costs = costs_of(shown)
    context = {
        "version": version,
        "figures": figures(version),
        "days": by_day(version),
        "page": page,
        "answers": [(run, costs.get(run.pk)) for run in shown],
    }
    return render(request, "workbench/answers.html", context)
