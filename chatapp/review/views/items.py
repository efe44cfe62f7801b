"""The queue, its saved views, and what is done to an item."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere
from chatapp.review import queue, savedviews
from chatapp.review.access import for_reviewers, reviewed_item
from chatapp.review.actions import items
from chatapp.review.forms.items import ItemForm
from chatapp.review.models import Item, SavedView, Tag
from chatapp.review.thread import mask_now, part, side_html, side_of


@require_GET
@for_reviewers
def list_items(request: HttpRequest) -> HttpResponse:
    person = reader(request)
    chosen = queue.Filter.of(request.GET)
    page = queue.page(person, chosen, request.GET.get("after", ""))
    context = {
        "page": page,
        "filter": chosen,
        "tabs": queue.tabs(person),
        "shelves": queue.shelves(person),
    }
    if request.headers.get("HX-Request"):
        return render(request, "review/_queue.html", context)
    context |= {
        "kinds": queue.kinds(),
        "tags": Tag.objects.all(),
        "priorities": Item.Priority.choices,
        "versions": queue.versions(),
    }
    return render(request, "review/queue.html", context)


@require_POST
@for_reviewers
def create_view(request: HttpRequest) -> HttpResponse:
    person, posted = reader(request), request.POST
    is_shared = posted.get("shared") == "1"
    saved = savedviews.save(person, posted.get("name", ""), posted.get("query", ""), is_shared)
    return redirect(f"/review/?{saved.query}")


@require_POST
@for_reviewers
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    view = SavedView.objects.filter(pk=view_id).first()
    if view is None or view.person_id not in (None, reader(request).pk):
        raise NotThere
    savedviews.delete(view, reader(request))
    return redirect("review:list_items")


@require_POST
@for_reviewers
def create_claim(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    item = items.claim(reviewed_item(reader(request), item_id).pk, reader(request))
    return _side(request, item)


@require_POST
@for_reviewers
def edit_item(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """What was changed in the panel; each field by itself."""
    item = reviewed_item(reader(request), item_id)
    form = ItemForm(request.POST)
    form.require_valid()
    form.apply(item, reader(request))
    return _side(request, item)


def _side(request: HttpRequest, item: Item) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("review:show_thread", item.conversation_id)
    person = reader(request)
    side = side_of(person, item.conversation, mask_now())
    return HttpResponse(part(side_html(side, person)))
