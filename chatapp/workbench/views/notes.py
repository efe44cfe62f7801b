"""Notes for Claude, corrected by an admin."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations.access import reader
from chatapp.workbench import notes
from chatapp.workbench.access import for_admins


@require_GET
@for_admins
def list_notes(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation, memory = notes.opened_notes(reader(request), conversation_id)
    context = {"conversation": conversation, "memory": memory}
    return render(request, "workbench/notes.html", context)


@require_POST
@for_admins
def edit_note(request: HttpRequest, summary_id: uuid.UUID) -> HttpResponse:
    mended = notes.mend_note(summary_id, reader(request), request.POST.get("text", ""))
    return redirect("workbench:list_notes", mended.conversation_id)
