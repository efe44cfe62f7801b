"""What the tests of the support room share: items, and a colleague of Sue's."""

import pytest

from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.conversations.models import Conversation, Message
from chatapp.review.intake import take_in
from chatapp.review.models import Item
from tests.conftest import a_person, a_thread, flagged


@pytest.fixture
def tim(db: None) -> User:
    """Supports, too."""
    return a_person("tim@example.com", Role.SUPPORT)


@pytest.fixture
def thread(ada: User) -> Conversation:
    """A thread of Ada's that was flagged, and is in the queue."""
    return in_queue(a_thread(ada, "Where is my order?", "It is on its way."))


@pytest.fixture
def item(thread: Conversation) -> Item:
    return Item.objects.get(conversation=thread)


@pytest.fixture
def answer(thread: Conversation) -> Message:
    return thread.messages.get(role="assistant")


def in_queue(conversation: Conversation) -> Conversation:
    flagged(conversation)
    take_everything_in()
    return conversation


def take_everything_in() -> None:
    while take_in():
        pass
