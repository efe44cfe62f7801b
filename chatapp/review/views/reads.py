"""Who read whose conversations: for admins all of it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.conversations.models import ReadRecord
from chatapp.workbench.access import for_admins

PAGE = 100


@require_GET
@for_admins
def list_reads(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("person", "").replace("\x00", "").strip()
    before = request.GET.get("before", "")
    rows = ReadRecord.objects.select_related("owner").order_by("-pk")
    if words:
        rows = rows.filter(Q(reader_name__icontains=words) | Q(owner__email__icontains=words))
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    found = list(rows[: PAGE + 1])
    context = {
        "reads": found[:PAGE],
        "person": words,
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "review/reads.html", context)
