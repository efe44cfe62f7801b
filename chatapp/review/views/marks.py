"""Marks on answers, and cases made from them."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.conversations.models import Mark, Message
from chatapp.review import agreement
from chatapp.review.access import for_reviewers, reviewed_message
from chatapp.review.actions import notes
from chatapp.review.cases import make_case, opened_draft
from chatapp.review.forms.marks import CaseForm, MarkForm
from chatapp.review.models import Category, Rubric
from chatapp.review.thread import mask_now, staff_parts


@require_http_methods(["GET", "POST"])
@for_reviewers
def edit_mark(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The dialogue, and what it sends."""
    person = reader(request)
    message = reviewed_message(person, message_id)
    if request.method == "POST":
        form = MarkForm(request.POST)
        form.require_valid()
        notes.mark(person, message, **form.told())
        return _parts(request, message)
    mine = Mark.objects.filter(message=message, by=person).first()
    context = {
        "message": message,
        "mark": mine,
        "verdict": request.GET.get("verdict") or (mine.verdict if mine else "good"),
        "categories": Category.objects.all(),
        "rubrics": [
            {"rubric": r, "points": range(1, r.most + 1), "mine": mine and mine.scores.get(r.name)}
            for r in Rubric.objects.all()
        ],
    }
    return render(request, "review/_mark_form.html", context)


@require_POST
@for_reviewers
def delete_mark(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    message = reviewed_message(reader(request), message_id)
    notes.remove_mark(message, reader(request))
    return _parts(request, message)


@require_http_methods(["GET", "POST"])
@for_reviewers
def create_case(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """A case for replays, with the reviewer's corrected answer to compare with."""
    message = reviewed_message(reader(request), message_id)
    mask = mask_now()
    source, reference = opened_draft(reader(request), message, mask)
    initial = {"prompt": source.conversation.prompt_id, "reference": reference}
    form = CaseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        make_case(source, reader(request), found["prompt"], found["name"], found["reference"])
        return redirect("review:show_thread", message.conversation_id)
    context = {
        "form": form,
        "turns": [{"role": m.role, "text": mask(m.text)} for m in source.messages],
        "answer": mask(source.answer.text),
    }
    status = 422 if form.errors else 200
    return render(request, "review/new_case.html", context, status=status)


@require_GET
@for_reviewers
def list_agreement(request: HttpRequest) -> HttpResponse:
    """How far reviewers agree who marked the same answers."""
    return render(request, "review/agreement.html", {"pairs": agreement.pairs()})


def _parts(request: HttpRequest, message: Message) -> HttpResponse:
    parts = staff_parts(reader(request), message.conversation, [message.pk], mask_now())
    return HttpResponse("".join(parts))
