"""The cast and the small factories that tests share.

Ada and Ben are members, Sue supports, Pat writes prompts, Max administers.
Postgres, Redis and Chromium come from the plugin `tests.environment`.
"""

import uuid

import pytest
from django.test import Client

from chatapp.accounts.actions import create_account
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.actions import begin_conversation
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(db: None) -> User:
    return create_account("ada@example.com", PASSWORD, Role.MEMBER)


@pytest.fixture
def ben(db: None) -> User:
    return create_account("ben@example.com", PASSWORD, Role.MEMBER)


@pytest.fixture
def sue(db: None) -> User:
    return create_account("sue@example.com", PASSWORD, Role.SUPPORT)


@pytest.fixture
def pat(db: None) -> User:
    return create_account("pat@example.com", PASSWORD, Role.PROMPT_ADMIN)


@pytest.fixture
def max(db: None) -> User:
    return create_account("max@example.com", PASSWORD, Role.ADMIN)


def browser_of(user: User) -> Client:
    """A client that is signed in as that person."""
    client = Client()
    client.force_login(user)
    return client


def a_conversation(owner: User, question: str = "Hello?") -> Conversation:
    """A conversation whose first answer is queued."""
    return begin_conversation(owner, uuid.uuid4(), question, "")


def a_thread(owner: User, question: str = "Hello?", answer: str = "Hello!") -> Conversation:
    """A conversation with one finished answer."""
    conversation = a_conversation(owner, question)
    answered(conversation, answer)
    return conversation


def answered(conversation: Conversation, text: str, state: str = "done") -> Message:
    """End the live run of a conversation with that text."""
    run = Run.objects.live().get(conversation=conversation)
    finish([Ending(run.pk, state, content=[{"type": "text", "text": text}] if text else [])])
    return Message.objects.get(pk=run.message_id)
