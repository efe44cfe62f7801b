"""Prompts: the list, the card that members see, and what is live."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere
from chatapp.prompts.actions import publishing, writing
from chatapp.prompts.models import PRODUCTION, Prompt
from chatapp.workbench.access import for_writers
from chatapp.workbench.forms.prompts import CardForm


@require_GET
@for_writers
def list_prompts(request: HttpRequest) -> HttpResponse:
    prompts = Prompt.objects.order_by("retired_at", "name").prefetch_related(
        "labels__version", "labels__rollout", "audiences__group"
    )
    return render(request, "workbench/prompts.html", {"prompts": prompts})


@require_http_methods(["GET", "POST"])
@for_writers
def create_prompt(request: HttpRequest) -> HttpResponse:
    return _card(request, Prompt())


@require_GET
@for_writers
def show_prompt(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    publications = prompt.publications.select_related("version", "before", "by")
    label = prompt.labels.select_related("version", "rollout__version").filter(name=PRODUCTION)
    context = {
        "prompt": prompt,
        "label": label.first(),
        "last": publications.filter(label=PRODUCTION).first(),
        "publications": publications[:20],
        "versions": prompt.versions.with_state()
        .select_related("author")
        .prefetch_related("labels", "approvals"),
    }
    return render(request, "workbench/prompt.html", context)


@require_http_methods(["GET", "POST"])
@for_writers
def edit_prompt(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    return _card(request, the_prompt(prompt_id))


@require_POST
@for_writers
def edit_retirement(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    writing.retire(prompt, reader(request), on=request.POST.get("on") == "1")
    return redirect("workbench:show_prompt", prompt.pk)


@require_POST
@for_writers
def create_rollback(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    publishing.roll_back(prompt, reader(request))
    return redirect("workbench:show_prompt", prompt.pk)


def the_prompt(prompt_id: uuid.UUID) -> Prompt:
    """Raises NotThere."""
    found = Prompt.objects.filter(pk=prompt_id).first()
    if found is None:
        raise NotThere
    return found


def _card(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    form = CardForm(request.POST or None, instance=prompt)
    if request.method == "POST" and form.is_valid():
        saved = writing.save_card(form.instance, reader(request), form.audiences())
        return redirect("workbench:show_prompt", saved.pk)
    status = 422 if form.errors else 200
    return render(request, "workbench/card.html", {"form": form, "prompt": prompt}, status=status)
