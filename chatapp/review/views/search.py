"""Search over what the reviewer may read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.conversations.access import reader
from chatapp.review.access import for_reviewers
from chatapp.review.forms.search import SearchForm
from chatapp.review.search import found


@require_GET
@for_reviewers
def list_hits(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and form.is_asked:
        shown, page = found(reader(request), form.search(), request.GET.get("place", ""))
        query = request.GET.copy()
        query["place"] = page.next_place
        context |= {"found": shown, "page": page, "next": query.urlencode()}
    return render(request, "review/search.html", context, status=422 if form.errors else 200)
