"""The cast and the small factories that tests share.

Ada and Ben are members, Sue supports, Pat writes prompts, Max administers.
Postgres, Redis and Chromium come from the plugin `tests.environment`.
"""

import uuid
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client, TransactionTestCase

from chatapp.accounts.actions import create_account
from chatapp.accounts.models import User
from chatapp.accounts.roles import FIRST_RIGHTS, Role
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.actions import begin_conversation
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run
from chatapp.prompts.models import PRODUCTION, Label, Prompt, Version
from chatapp.usage import offers

PASSWORD = "correct horse battery"


def pytest_configure() -> None:
    # Tests end threads that hold a connection, and each would cost the pool a place
    # for good. Processes that tests start have the pool, as in production.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    # A proper hash costs a fifth of a second, and nearly every test begins with a person.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Each test client has middleware of its own, which would look at all static files first.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly() -> None:
    """After a test that commits.

    Django truncates every table and then makes all content types and permissions anew, which
    takes longer than most of these tests.
    """
    TransactionTestCase._fixture_teardown = emptied  # type: ignore[method-assign]


def emptied(case: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DO $do$ BEGIN {_deletes()} END $do$")


@cache
def _deletes() -> str:
    """For all that tests write; without triggers, which keep records from being removed.

    Each table is locked first, as TRUNCATE would: what another thread is about to commit
    goes as well.
    """
    kept = {"django_content_type", "auth_permission"}
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - kept)
    return " ".join(
        [
            "SET LOCAL session_replication_role = replica;",
            f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE;",
            *(f"DELETE FROM {table};" for table in tables),
        ]
    )


@pytest.fixture(autouse=True)
def no_offers_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process keeps them for seconds; in a test, that begins without, until it forgets them."""
    offers.forget()
    monkeypatch.setattr(offers, "monotonic", lambda: 0.0)


def a_person(email: str, role: Role) -> User:
    """An account; tests that commit begin without the rows that migrations made."""
    group, is_new = Group.objects.get_or_create(name=role.value)
    if is_new:
        rights = Permission.objects.filter(codename__in=FIRST_RIGHTS.get(role, ()))
        group.permissions.set(rights)
    return create_account(email, PASSWORD, role)


@pytest.fixture
def ada(db: None) -> User:
    return a_person("ada@example.com", Role.MEMBER)


@pytest.fixture
def ben(db: None) -> User:
    return a_person("ben@example.com", Role.MEMBER)


@pytest.fixture
def sue(db: None) -> User:
    return a_person("sue@example.com", Role.SUPPORT)


@pytest.fixture
def pat(db: None) -> User:
    return a_person("pat@example.com", Role.PROMPT_ADMIN)


@pytest.fixture
def max(db: None) -> User:
    return a_person("max@example.com", Role.ADMIN)


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


def flagged(conversation: Conversation, why: str = "Look at this") -> Conversation:
    """A conversation that staff may read, and why."""
    flag(conversation.pk, "colleague", detail=why)
    return conversation


def answered(conversation: Conversation, text: str, state: str = "done") -> Message:
    """End the live run of a conversation with that text."""
    run = Run.objects.live().get(conversation=conversation)
    finish([Ending(run.pk, state, content=[{"type": "text", "text": text}] if text else [])])
    return Message.objects.get(pk=run.message_id)


def a_prompt(name: str = "Guide", body: str = "Be a guide.", **fields: Any) -> Prompt:
    """A prompt that everybody may choose, with one version, which is published."""
    prompt = Prompt.objects.create(name=name, **{"is_for_everyone": True, **fields})
    point(prompt, a_version(prompt, body))
    return prompt


def a_version(prompt: Prompt, body: str = "Be a guide.", **fields: Any) -> Version:
    """The next version of a prompt, as a draft."""
    number = prompt.versions.count() + 1
    return Version.objects.create(prompt=prompt, number=number, body=body, **fields)


def point(prompt: Prompt, version: Version, label: str = PRODUCTION) -> None:
    """Have a label of the prompt point to a version, whatever it pointed to before."""
    Label.objects.update_or_create(prompt=prompt, name=label, defaults={"version": version})
