"""What a person can do with a message: stop or continue an answer, judge it, read its source;
ask or answer otherwise, show another version, branch, delete; and change what waits for its turn.
"""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from chatapp.conversations import feedback
from chatapp.conversations.access import reader, visible_conversation, visible_message
from chatapp.conversations.branches import below
from chatapp.conversations.handover import ask_for_person, withdraw_request
from chatapp.conversations.ids import given_id
from chatapp.conversations.models import Conversation, Feedback, Message
from chatapp.errors import NotThere
from chatapp.generation import actions, branching, waiting
from chatapp.generation.entries import Entry, article, entries
from chatapp.generation.help import help_frame, help_in
from chatapp.generation.models import Run
from chatapp.generation.parts import markdown_of
from chatapp.generation.record import opened_record
from chatapp.generation.shown import log_frames
from chatapp.generation.waiting import waiting_frame
from chatapp.generation.windows import filled, html_of, newest


@require_POST
def create_stop(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    mine = Run.objects.visible_to(reader(request)).select_related("message__conversation")
    run = mine.filter(pk=run_id).first()
    if run is None:
        raise NotThere
    actions.stop(run)
    return articles(_of(run.message))


@require_http_methods(["GET", "POST"])
def create_retry(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The dialogue that asks by which model, and the fresh answer itself."""
    message = visible_message(reader(request), message_id)
    if request.method == "GET":
        return render(request, "generation/_retry.html", branching.choice_for(message))
    branching.retry(message, request.POST.get("model", ""))
    return _thread(message.conversation_id)


@require_http_methods(["GET", "POST"])
def edit_question(request: HttpRequest, question_id: uuid.UUID) -> HttpResponse:
    """The form in which one's message is reworded, and the version that comes of it."""
    message = visible_message(reader(request), question_id)
    if request.method == "GET":
        branching.require_own(message)
        address = reverse("generation:edit_question", args=[message.pk])
        # The version's own id stands in the form: posted twice, it makes one.
        return _form(request, message.text, address, "edit", uuid.uuid4())
    message_id = given_id(request.POST.get("message_id", ""))
    branching.edit(reader(request), message, message_id, request.POST.get("text", ""))
    return _thread(message.conversation_id)


def _form(
    request: HttpRequest, text: str, address: str, focus: str, message_id: uuid.UUID | None = None
) -> HttpResponse:
    context = {
        "text": text,
        "address": address,
        "focus": focus,
        "message_id": message_id,
        "max_length": settings.MESSAGE_MAX_CHARACTERS,
    }
    return render(request, "generation/_edit.html", context)


@require_POST
def edit_version(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Show this version of a message."""
    message = visible_message(reader(request), message_id)
    shown = branching.show_version(message)
    if not request.headers.get("HX-Request"):
        thread = reverse("chat:show_conversation", args=[shown.pk])
        return redirect(f"{thread}?message={message.pk}#message-{message.pk}")
    return _thread(shown.pk)


@require_POST
def create_branch(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """A conversation of its own from here."""
    made = branching.branch(visible_message(reader(request), message_id))
    return HttpResponseClientRedirect(reverse("chat:show_conversation", args=[made.pk]))


@require_http_methods(["GET", "POST"])
def delete_branch(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The dialogue that says how much goes, and the deed."""
    message = visible_message(reader(request), message_id)
    if request.method == "GET":
        context = {"message": message, "count": len(below(message))}
        return render(request, "generation/_delete_branch.html", context)
    branching.delete_branch(message)
    return _thread(message.conversation_id)


@require_http_methods(["GET", "POST"])
def edit_waiting(request: HttpRequest, waiting_id: uuid.UUID) -> HttpResponse:
    """The form in which a waiting message is reworded, and what it says then."""
    found = waiting.visible_waiting(reader(request), waiting_id)
    if request.method == "GET":
        address = reverse("generation:edit_waiting", args=[found.pk])
        return _form(request, found.text, address, f"edit-{found.pk}")
    waiting.reword(reader(request), waiting_id, request.POST.get("text", ""))
    return waiting_news(found.conversation_id)


@require_POST
def delete_waiting(request: HttpRequest, waiting_id: uuid.UUID) -> HttpResponse:
    return waiting_news(waiting.withdraw(reader(request), waiting_id))


@require_POST
def create_turn(request: HttpRequest, waiting_id: uuid.UUID) -> HttpResponse:
    """Try again to send what could not be sent when its turn came."""
    return _thread(waiting.try_again(reader(request), waiting_id))


@require_POST
def create_continuation(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    return articles(_of(actions.go_on(visible_message(reader(request), message_id))))


@require_GET
def show_text(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The message as it was written, in Markdown with its sources: what Copy copies."""
    message = visible_message(reader(request), message_id)
    return HttpResponse(markdown_of(message), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def edit_feedback(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """The dialogue that asks why, and the thumb itself."""
    message = visible_message(reader(request), message_id)
    if request.method == "GET":
        found = Feedback.objects.filter(message=message, person=reader(request)).first()
        if found is None:
            raise NotThere
        reasons = Feedback.REASONS[Feedback.Verdict(found.verdict)]
        context = {"feedback": found, "reasons": reasons}
        return render(request, "generation/_why.html", context)
    told = [request.POST.get(name, "") for name in ("verdict", "reason", "comment")]
    feedback.judge(message, reader(request), *told)
    return articles(_of(message))


@require_POST
def delete_feedback(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    message = visible_message(reader(request), message_id)
    feedback.withdraw(message, reader(request))
    return articles(_of(message))


@require_http_methods(["GET", "POST"])
def create_help_request(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The dialogue that asks what it is about, and the request for a person itself."""
    conversation = visible_conversation(reader(request), conversation_id)
    if request.method == "GET":
        return render(request, "generation/_ask.html", {"conversation_id": conversation.pk})
    ask_for_person(conversation.pk, reader(request), request.POST.get("why", ""))
    return _help(conversation.pk)


@require_POST
def delete_help_request(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = visible_conversation(reader(request), conversation_id)
    withdraw_request(conversation.pk)
    return _help(conversation.pk)


def _help(conversation_id: uuid.UUID) -> HttpResponse:
    return HttpResponse(help_frame(help_in([conversation_id])[conversation_id]))


@require_GET
def show_request(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """What Claude saw for one answer, in its last round or the one that is asked for."""
    asked = request.GET.get("round", "")
    number = None if not asked else int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    found = opened_record(reader(request), run_id, number)
    return render(request, "generation/request.html", {"opened": found})


def waiting_news(conversation_id: uuid.UUID) -> HttpResponse:
    """What waits in that conversation, as the page shows it."""
    return HttpResponse(waiting_frame(waiting.waiting_in([conversation_id])[conversation_id]))


def _thread(conversation_id: uuid.UUID) -> HttpResponse:
    """All that the page shows of the branch that is shown now."""
    conversation = Conversation.objects.get(pk=conversation_id)
    found = waiting.waiting_in([conversation_id])[conversation_id]
    return HttpResponse(log_frames(conversation) + waiting_frame(found))


@require_GET
def list_messages(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The newest messages; or the next ones of a gap in the thread, or all that are in it."""
    conversation = visible_conversation(reader(request), conversation_id)
    is_whole = request.GET.get("all") == "1"
    if "before" not in request.GET:
        return HttpResponse(html_of(newest(conversation, is_whole=is_whole)))
    before, after = (_key(request.GET.get(name, "")) for name in ("before", "after"))
    if before is None:
        raise NotThere
    return HttpResponse(html_of(filled(conversation, before, after, is_whole=is_whole)))


def _key(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None


def articles(shown: Iterable[Entry]) -> HttpResponse:
    """The fragments of those messages, as the page applies them."""
    return HttpResponse("".join(article(entry) for entry in shown))


def _of(message: Message) -> list[Entry]:
    message.refresh_from_db()
    return entries(message.conversation, [message])
