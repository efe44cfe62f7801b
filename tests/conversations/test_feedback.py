"""Thumbs: one a person and answer, changeable, with a reason and a comment."""

import pytest
from django.db import IntegrityError
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.conversations.feedback import judge, withdraw
from chatapp.conversations.models import Conversation, Feedback, Message
from chatapp.errors import Conflict, TooLarge, Unusable
from tests.conftest import a_conversation, a_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(ada: User) -> Message:
    return a_thread(ada).messages.get(role="assistant")


def test_a_thumb_is_kept_changed_and_taken_back(answer: Message, ada: User) -> None:
    judge(answer, ada, "down", "wrong", "It is 42.")
    judge(answer, ada, "up", "helpful")
    found = Feedback.objects.get()
    assert (found.verdict, found.reason, found.comment) == ("up", "helpful", "")
    assert found.changed_at > found.created_at
    withdraw(answer, ada)
    withdraw(answer, ada)
    assert not Feedback.objects.exists()


def test_every_thumb_is_news_to_open_pages(answer: Message, ada: User) -> None:
    before = Conversation.objects.get().revision
    judge(answer, ada, "up")
    answer.refresh_from_db()
    assert answer.revision == Conversation.objects.get().revision == before + 1


@pytest.mark.parametrize(
    ("verdict", "reason"), [("", ""), ("sideways", ""), ("up", "wrong"), ("down", "invented")]
)
def test_what_is_no_judgement_is_refused(
    answer: Message, ada: User, verdict: str, reason: str
) -> None:
    with pytest.raises(Unusable):
        judge(answer, ada, verdict, reason)
    assert not Feedback.objects.exists()


def test_a_comment_has_an_end(answer: Message, ada: User, settings: Settings) -> None:
    settings.COMMENT_MAX_CHARACTERS = 5
    with pytest.raises(TooLarge, match="at most 5"):
        judge(answer, ada, "down", comment="123456")
    assert judge(answer, ada, "down", comment=" 1\x002\r\n3 ").comment == "12\n3"


def test_questions_and_unfinished_answers_are_not_judged(ada: User) -> None:
    for message in a_conversation(ada).messages.all():
        with pytest.raises(Conflict, match="has ended"):
            judge(message, ada, "up")


def test_the_database_knows_two_directions_alone(answer: Message, ada: User) -> None:
    with pytest.raises(IntegrityError, match="feedback_verdict"):
        Feedback.objects.create(message=answer, person=ada, verdict="odd")


def test_feedback_goes_with_its_answer(answer: Message, ada: User) -> None:
    judge(answer, ada, "up")
    answer.conversation.delete()
    assert not Feedback.objects.exists()
