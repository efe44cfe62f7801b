"""Finding: the page of the search, and the palette."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.chat.listing import sidebar
from chatapp.chat.palette import offer
from chatapp.chat.search import found
from chatapp.chat.searching import SearchForm
from chatapp.conversations.access import reader
from chatapp.usage.offers import catalogued, offered

CHARACTERS = 500  # of what is typed


@require_GET
def list_hits(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and form.is_asked:
        place = request.GET.get("place", "")
        results = found(reader(request), form.search(), place)
        query = request.GET.copy()
        query["place"] = results.place
        context |= {"results": results, "next": query.urlencode(), "is_first": not place}
    status = 422 if form.errors else 200
    if request.headers.get("HX-Request"):
        return render(request, "chat/_found.html", context, status=status)
    context |= {
        **sidebar(reader(request)),
        "models": [catalogued(pk) for pk in offered()],
    }
    return render(request, "chat/search.html", context, status=status)


@require_GET
def list_choices(request: HttpRequest) -> HttpResponse:
    choices = offer(reader(request), request.GET.get("words", "")[:CHARACTERS])
    return render(request, "chat/_choices.html", {"offer": choices})
