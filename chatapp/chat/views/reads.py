"""Who read which of a person's conversations, and when."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.conversations.access import reader
from chatapp.conversations.models import ReadRecord

PAGE = 50


@require_GET
def list_reads(request: HttpRequest) -> HttpResponse:
    rows = ReadRecord.objects.filter(owner=reader(request)).select_related("conversation")
    page = Paginator(rows.order_by("-at"), PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/reads.html", {"page": page})
