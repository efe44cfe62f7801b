"""The record of changes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.workbench.access import for_admins
from chatapp.workbench.forms.audit import AuditForm

PAGE = 100


@require_GET
@for_admins
def list_audit(request: HttpRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    lines = list(form.lines()[: PAGE + 1])
    context = {
        "form": form,
        "lines": lines[:PAGE],
        "next": form.next_page(lines[PAGE - 1]) if len(lines) > PAGE else "",
    }
    return render(request, "workbench/audit.html", context, status=422 if form.errors else 200)
