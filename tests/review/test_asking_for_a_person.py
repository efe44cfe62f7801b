"""The tool by which Claude asks for a person: where allowed, once, and never in a circle."""

import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations import handover
from chatapp.conversations.models import Conversation, Flag, HelpRequest, Message
from chatapp.errors import Conflict
from chatapp.generation.actions import send
from chatapp.prompts.tools import TOOLS
from chatapp.review.actions import takeovers
from chatapp.review.tools import AFTER, ASKED, TRIED
from tests.conftest import answered, browser_of
from tests.review.conftest import take_everything_in

pytestmark = pytest.mark.django_db

WHY = {"reason": "They want a refund that I cannot give."}


def call(thread: Conversation) -> str:
    answer = Message.objects.filter(conversation=thread, role="assistant").latest("created_at")
    return TOOLS["request_human"].run(thread.pk, answer.pk, dict(WHY))


def test_claude_asks_once_and_says_why(thread: Conversation, ada: User, sue: User) -> None:
    assert call(thread) == call(thread) == ASKED
    request = HelpRequest.objects.get()
    assert (request.by, request.why) == (None, WHY["reason"])
    take_everything_in()
    flag = Flag.objects.get(kind="claude")
    page = browser_of(sue).get(f"/review/threads/{thread.pk}/").text
    assert WHY["reason"] in page
    assert f'href="?all=1#message-{flag.message_id}">Claude asked for a person</a>' in page
    assert (
        "Claude asked for a person: They want a refund"
        in browser_of(ada).get(f"/c/{thread.pk}/").text
    )


def test_while_a_person_is_there_nobody_is_asked(thread: Conversation, sue: User) -> None:
    takeovers.step_in(thread.pk, sue)
    with pytest.raises(Conflict, match="here already"):
        call(thread)


def test_the_first_answer_after_a_takeover_cannot_ask_again(
    thread: Conversation, ada: User, sue: User
) -> None:
    call(thread)
    takeovers.step_in(thread.pk, sue)
    takeovers.hand_back(thread.pk, sue)
    send(ada, thread.pk, uuid.uuid4(), "And now?", "")
    assert call(thread) == AFTER
    answered(thread, "I am here.")
    send(ada, thread.pk, uuid.uuid4(), "A person, please!", "")
    assert call(thread) == ASKED


def test_in_the_playground_nobody_is_asked(thread: Conversation) -> None:
    Conversation.objects.update(is_trial=True)
    assert call(thread) == TRIED
    assert not HelpRequest.objects.exists()


def test_what_is_settled_otherwise_waits_for_nobody(
    thread: Conversation, ada: User, sue: User
) -> None:
    handover.ask_for_person(thread.pk, ada)
    take_everything_in()
    answer = browser_of(sue).get(f"/review/threads/{thread.pk}/").text
    assert "The user asked for a person" in answer
    handover.close_request(thread.pk)
    assert HelpRequest.objects.get().end == "closed"
    assert "You asked" not in browser_of(ada).get(f"/c/{thread.pk}/").text
