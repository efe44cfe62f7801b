"""Notes of the staff, and who is named in them."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.conversations.models import Conversation
from chatapp.errors import NotThere
from chatapp.review.access import for_reviewers, reviewed_conversation, reviewed_message
from chatapp.review.actions import notes
from chatapp.review.models import Mention, Note
from chatapp.review.thread import mask_now, part, side_html, side_of, staff_parts


@require_POST
@for_reviewers
def create_note(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """On the conversation as a whole."""
    conversation = reviewed_conversation(reader(request), conversation_id)
    notes.add_note(reader(request), conversation, request.POST.get("text", ""))
    return _side(request, conversation)


@require_http_methods(["GET", "POST"])
@for_reviewers
def create_message_note(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The dialogue, and what it sends."""
    person = reader(request)
    message = reviewed_message(person, message_id)
    if request.method == "GET":
        return render(request, "review/_note_form.html", {"message": message})
    notes.add_note(person, message.conversation, request.POST.get("text", ""), message)
    parts = staff_parts(person, message.conversation, [message.pk], mask_now())
    return HttpResponse("".join(parts))


@require_POST
@for_reviewers
def delete_note(request: HttpRequest, note_id: uuid.UUID) -> HttpResponse:
    person = reader(request)
    note = Note.objects.filter(pk=note_id).select_related("conversation").first()
    if note is None:
        raise NotThere
    conversation = reviewed_conversation(person, note.conversation_id)
    notes.delete_note(note, person)
    if note.message_id:
        parts = staff_parts(person, conversation, [note.message_id], mask_now())
        return HttpResponse("".join(parts))
    return _side(request, conversation)


@require_GET
@for_reviewers
def list_mentions(request: HttpRequest) -> HttpResponse:
    """Where colleagues named the person; looking at it is having seen it."""
    person, mask = reader(request), mask_now()
    readable = Conversation.objects.open_to_staff(person)
    mine = Mention.objects.filter(person=person, note__conversation__in=readable)
    rows = list(mine.select_related("note__author").order_by("-note__created_at")[:100])
    unseen = {row.pk for row in rows if row.seen_at is None}
    Mention.objects.filter(pk__in=unseen).update(seen_at=timezone.now())
    found = [
        {"note": row.note, "text": mask(row.note.text), "is_new": row.pk in unseen} for row in rows
    ]
    return render(request, "review/mentions.html", {"mentions": found})


def _side(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("review:show_thread", conversation.pk)
    person = reader(request)
    return HttpResponse(part(side_html(side_of(person, conversation, mask_now()), person)))
