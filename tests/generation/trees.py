"""A conversation of some turns, and what a browser does with its branches."""

import uuid

from django.http import HttpResponse

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from tests.conftest import a_thread, answered, browser_of

HTMX = {"HX-Request": "true"}


def with_turns(owner: User, *turns: tuple[str, str]) -> Conversation:
    """A thread of those questions and answers, each finished."""
    conversation = a_thread(owner, *turns[0])
    for question, answer in turns[1:]:
        send(owner, conversation, question)
        answered(conversation, answer)
    conversation.refresh_from_db()
    return conversation


def send(owner: User, conversation: Conversation, text: str = "And then?") -> uuid.UUID:
    message_id = uuid.uuid4()
    form = {"message_id": message_id, "text": text}
    reply = browser_of(owner).post(f"/c/{conversation.pk}/messages/", form, headers=HTMX)
    assert reply.status_code == 200, reply.text
    return message_id


def post(owner: User, path: str, **form: object) -> HttpResponse:
    reply: HttpResponse = browser_of(owner).post(path, form, headers=HTMX)
    return reply


def edited(owner: User, message: Message, text: str, answer: str = "") -> Message:
    """Another version of that question, with its answer if one is said."""
    message_id = uuid.uuid4()
    reply = post(owner, f"/messages/{message.pk}/edit/", text=text, message_id=message_id)
    assert reply.status_code == 200, reply.text
    if answer:
        answered(message.conversation, answer)
    return Message.objects.get(pk=message_id)


def shown(conversation: Conversation) -> list[str]:
    """The texts of the branch that is shown, in order."""
    conversation.refresh_from_db()
    return [message.text for message in Message.objects.path_to(conversation.current_leaf_id)]


def said(conversation: Conversation, text: str) -> Message:
    return Message.objects.get(conversation=conversation, text=text)
