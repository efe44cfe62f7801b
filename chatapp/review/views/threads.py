"""A thread: read, with a reason; uncovered; exported; flagged by hand."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.accounts.roles import Right, has_right
from chatapp.conversations.access import give_reason, reader
from chatapp.errors import NotThere
from chatapp.review import export, presence, queue, uncovering
from chatapp.review.access import for_reviewers, reviewed_conversation
from chatapp.review.actions.items import staff
from chatapp.review.actions.notes import flag_by_hand
from chatapp.review.actions.takeovers import card_of
from chatapp.review.models import Item, Macro, Tag
from chatapp.review.summary import summarise_later
from chatapp.review.thread import article, here_html, opened_thread


@require_GET
@for_reviewers
def show_thread(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    person = reader(request)
    is_whole = request.GET.get("all") == "1"
    thread = opened_thread(person, conversation_id, request.GET.get("leaf", ""), is_whole=is_whole)
    chosen = queue.Filter.of(request.GET)
    context = {
        "thread": thread,
        "side": thread.side,
        "reader": person,
        "here": here_html(conversation_id, person),
        "filter": chosen,
        "next": queue.next_after(person, chosen, thread.side.item),
        "macros": Macro.objects.all(),
        "card": card_of(person),
        "can_take_over": has_right(person, Right.TAKE_OVER),
    }
    return render(request, "review/thread.html", context)


@require_http_methods(["GET", "POST"])
@for_reviewers
def create_reason(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Why somebody's conversation is read; asked once a day."""
    conversation = reviewed_conversation(reader(request), conversation_id)
    asked = request.GET.get("next", "")
    if request.method == "POST":
        give_reason(reader(request), conversation_id, request.POST.get("why", ""))
        if url_has_allowed_host_and_scheme(asked, None):
            return redirect(asked)
        return redirect("review:show_thread", conversation_id)
    return render(request, "review/reason.html", {"conversation": conversation, "next": asked})


@require_POST
@for_reviewers
def create_presence(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The page is open; who else has it open is the answer."""
    person = reader(request)
    presence.come(reviewed_conversation(person, conversation_id).pk, person)
    return HttpResponse(here_html(conversation_id, person))


@require_POST
@for_reviewers
def create_uncovering(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The message without masks, on record."""
    return HttpResponse(article(uncovering.uncovered(reader(request), message_id)))


@require_POST
@for_reviewers
def create_flag(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    person = reader(request)
    conversation = reviewed_conversation(person, conversation_id)
    flag_by_hand(person, conversation, request.POST.get("why", ""))
    return redirect("review:show_thread", conversation_id)


@require_POST
@for_reviewers
def create_summary(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Claude sums the thread up; the note comes by itself."""
    person = reader(request)
    summarise_later(reviewed_conversation(person, conversation_id).pk, person.pk)
    return HttpResponse(status=204)


@require_GET
@for_reviewers
def show_export(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The thread as Markdown, masked; by right and on record."""
    if not has_right(reader(request), Right.EXPORT):
        raise NotThere
    text = export.as_markdown(reader(request), conversation_id)
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="conversation-{conversation_id}.md"'
    return answer


@require_GET
@for_reviewers
def edit_side(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """The form that changes an item."""
    item = Item.objects.readable_by(reader(request)).filter(pk=item_id).first()
    if item is None:
        raise NotThere
    context = {"item": item, "staff": staff(), "tags": Tag.objects.all()}
    return render(request, "review/_item_form.html", context)
