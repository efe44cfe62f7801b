"""Cases of a prompt."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere
from chatapp.workbench import cases
from chatapp.workbench.access import for_writers
from chatapp.workbench.checks import lines_of
from chatapp.workbench.forms.cases import CaseForm, CopyForm, ReplayForm, WrittenForm
from chatapp.workbench.models import Case, Replay
from chatapp.workbench.views.prompts import the_prompt


@require_GET
@for_writers
def list_cases(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    replays = Replay.objects.filter(version__prompt=prompt).select_related("version", "by")
    context = {
        "prompt": prompt,
        "cases": Case.objects.filter(prompt=prompt).select_related("person").order_by("created_at"),
        "replays": replays.order_by("-created_at")[:20],
        "form": ReplayForm(prompt=prompt),
    }
    return render(request, "workbench/cases.html", context)


@require_http_methods(["GET", "POST"])
@for_writers
def create_case(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """From a thread; what would be copied stands on the page."""
    asked = request.GET.get("answer", "")
    # Looking at it is reading: the record of that is written here, also by the POST.
    source = cases.opened_source(reader(request), conversation_id, asked)
    form = CopyForm(request.POST or None, initial={"prompt": source.conversation.prompt_id})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        cases.copy_case(source, found["prompt"], reader(request), found["name"], found["checks"])
        return redirect("workbench:list_cases", found["prompt"].pk)
    context = {"form": form, "source": source}
    status = 422 if form.errors else 200
    return render(request, "workbench/new_case.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_writers
def create_written_case(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    form = WrittenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        cases.write_case(prompt, reader(request), found["text"], found["name"], found["checks"])
        return redirect("workbench:list_cases", prompt.pk)
    context = {
        "form": form,
        "prompt": prompt,
        "heading": gettext("A case for %(prompt)s") % {"prompt": prompt},
    }
    status = 422 if form.errors else 200
    return render(request, "workbench/case.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_writers
def edit_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    case = _the_case(case_id)
    cases.record_copies(reader(request), [case], gettext_noop("a case"))
    initial = {"name": case.name, "checks": lines_of(case.checks)}
    form = CaseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        cases.change_case(case, reader(request), found["name"], found["checks"])
        return redirect("workbench:list_cases", case.prompt_id)
    context = {"form": form, "case": case, "prompt": case.prompt, "heading": case.name}
    status = 422 if form.errors else 200
    return render(request, "workbench/case.html", context, status=status)


@require_POST
@for_writers
def delete_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    case = _the_case(case_id)
    cases.delete_case(case, reader(request))
    return redirect("workbench:list_cases", case.prompt_id)


def _the_case(case_id: uuid.UUID) -> Case:
    found = Case.objects.select_related("prompt", "person").filter(pk=case_id).first()
    if found is None:
        raise NotThere
    return found
