"""What a person settles of a chat: the model, how hard it thinks, and the web."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from chatapp.chat.forms import options_in
from chatapp.chat.models_offered import picker_of
from chatapp.conversations.access import reader, visible_conversation
from chatapp.generation.options import set_options


@require_http_methods(["GET", "POST"])
def edit_options(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        context = {"conversation": conversation, "picker": picker_of(conversation)}
        return render(request, "chat/_picker.html", context)
    model = request.POST.get("model", "")
    set_options(reader(request), conversation.pk, model, options_in(request))
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect("chat:show_conversation", conversation_id)
