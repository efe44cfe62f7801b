"""The cast as they come to the gates of the matrix, and limits that start afresh."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from chatapp.accounts.actions import deactivate
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.claude import Request
from chatapp.context.actions import correct_notes
from chatapp.context.models import Summary
from chatapp.conversations import transfers
from chatapp.conversations.feedback import judge
from chatapp.conversations.files import storage
from chatapp.conversations.files.actions import attach
from chatapp.conversations.files.of_folders import put_into
from chatapp.conversations.models import (
    Conversation,
    Folder,
    Message,
    QueuedMessage,
    SavedText,
    StoredFile,
    Transfer,
)
from chatapp.conversations.shares import Terms, share
from chatapp.generation.models import Run
from chatapp.prompts.models import PRODUCTION, Publication, Rollout
from chatapp.review.intake import take_in
from chatapp.review.models import Item, Note, Rule, SavedView
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.models import Budget
from chatapp.workbench.models import Case, Replay, Result
from tests.browser.conftest import app, browser, cookies  # noqa: F401  # fixtures
from tests.conftest import (
    a_conversation,
    a_person,
    a_prompt,
    a_version,
    answered,
    browser_of,
    point,
)
from tests.security.matrix import Thread

A_TURN = {"role": "user", "content": [{"type": "text", "text": "Hello?"}]}
A_REQUEST = Request("claude-sonnet-5-5", [{"role": "user", "content": "Hello?"}], 100)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def quick_passwords(settings: LazySettings) -> None:
    """For tests that make many people and none of whom is about hashing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def a_stopped_thread(owner: User) -> Thread:
    """One whose answer was stopped: it can be retried, continued and answered."""
    conversation = a_conversation(owner, "A question of mine")
    message = answered(conversation, "Half an answer", "stopped")
    judge(message, owner, "down", "other", "A comment")
    run = Run.objects.get(message=message)
    run.call = open_call(Asking("answer", A_REQUEST, owner.pk, conversation.pk, run.pk))
    run.save()
    budget, _ = Budget.objects.get_or_create(period="month", hard=1_000)
    notes = corrected_notes(message, owner)
    waiting = QueuedMessage.objects.create(pk=uuid4(), conversation=conversation, text="And then?")
    assert message.parent_id
    return Thread(
        *(conversation.pk, message.pk, run.pk, notes.pk, budget.pk, message.parent_id, waiting.pk),
        **a_written_prompt(),
        **an_item(conversation),
        **a_shared_link(conversation),
        transfer_id=a_finished_export(owner).pk,
        **two_files(conversation, owner),
        **an_order(owner),
    )


def a_finished_export(owner: User) -> Transfer:
    made = transfers.begin(owner, "everything", "")
    made.state, made.ended_at = Transfer.State.DONE, made.created_at
    transfers.keep(made, ContentFile(b"A file"), "zip")
    made.save()
    return made


def a_shared_link(conversation: Conversation) -> dict[str, Any]:
    """A link to the conversation, which works for good."""
    made, token = share(conversation, None, Terms(days=None))
    return {"share_id": made.pk, "token": token}


def two_files(conversation: Conversation, owner: User) -> dict[str, UUID]:
    """One that is sent, and one that is not."""
    told = {"kind": "text", "format": "text", "media_type": "text/plain", "digest": "0" * 64}
    sizes = {"size": 1, "sent_size": 1, "is_ready": True}
    sent, waits = (
        StoredFile.objects.create(id=uuid4(), owner=owner, name="A file", **told, **sizes)
        for _ in range(2)
    )
    attach(Message.objects.get(conversation=conversation, role="user"), [sent])
    for part in ("sent", "uploaded"):
        default_storage.save(storage.place_of(sent.pk, part), ContentFile(b"Bees dance."))
    return {"file_id": sent.pk, "upload_id": waits.pk}


def an_order(owner: User) -> dict[str, UUID]:
    """A folder of the person's with a file, and a text of their library, which asks."""
    folder = Folder.objects.create(owner=owner, name=f"Folder {uuid4()}")
    told = {"kind": "text", "format": "text", "media_type": "text/plain", "digest": "0" * 64}
    file = StoredFile.objects.create(
        id=uuid4(), owner=owner, name="A file", size=1, sent_size=1, is_ready=True, **told
    )
    put_into(folder, file)
    text = SavedText.objects.create(owner=owner, name=f"Text {uuid4()}", body="On {{topic}}.")
    return {"folder_id": folder.pk, "kept_id": file.pk, "text_id": text.pk}


def an_item(conversation: Conversation) -> dict[str, Any]:
    """The conversation in the queue, with a note of nobody's, and a view and a rule for all."""
    while take_in():
        pass
    return {
        "item_id": Item.objects.get(conversation=conversation).pk,
        "note_id": Note.objects.create(conversation=conversation, text="A note").pk,
        "view_id": SavedView.objects.create(name=f"View {uuid4()}").pk,
        "thing_id": Rule.objects.create(name=f"Rule {uuid4()}", pattern=str(uuid4())).pk,
    }


def a_written_prompt() -> dict[str, UUID]:
    """A prompt with a past and a draft, and a rollout of another one."""
    prompt, tried = a_prompt(f"Prompt {uuid4()}"), a_prompt(f"Prompt {uuid4()}")
    before, live = prompt.versions.get(), a_version(prompt, "Be live.")
    point(prompt, live)
    Publication.objects.create(
        prompt=prompt, label=PRODUCTION, version=live, before=before, kind="published"
    )
    rollout = Rollout.objects.create(
        prompt=tried,
        version=a_version(tried, "New."),
        control=tried.versions.get(number=1),
        percent=50,
    )
    case = Case.objects.create(prompt=prompt, name="Case", messages=[A_TURN])
    replay = Replay.objects.create(version=live)
    Result.objects.create(replay=replay, case=case)
    return {
        "case_id": case.pk,
        "replay_id": replay.pk,
        "prompt_id": prompt.pk,
        "version_id": a_version(prompt, "A draft.").pk,
        "rollout_id": rollout.pk,
    }


def corrected_notes(answer: Message, owner: User) -> Summary:
    """Notes that stand for the question, as their owner corrected them."""
    assert answer.parent
    row = Summary.objects.create(
        conversation_id=answer.conversation_id,
        first=answer.parent,
        last=answer.parent,
        message_ids=[answer.parent_id],
        text="- notes",
        tokens_before=9,
        tokens_after=3,
    )
    return correct_notes(row, "- better notes", owner)


@dataclass(frozen=True)
class People:
    owner: User
    suspended: User
    active: dict[str, User]  # one of each role; none of them the owner

    def browser(self, column: str) -> Client:
        """A browser of that column; the suspended person was signed in before."""
        if column == "nobody":
            return Client()
        if column == "suspended":
            client = browser_of(self.suspended)
            deactivate(self.suspended)
            return client
        return browser_of(self.active[column])


@pytest.fixture
def people(quick_passwords: None, ada: User, ben: User, sue: User, pat: User, max: User) -> People:
    suspended = a_person("eve@example.com", Role.MEMBER)
    active = {"member": ben, "support": sue, "prompt-admin": pat, "admin": max}
    return People(ada, suspended, active)


COLUMNS = {
    "member": Role.MEMBER,
    "support": Role.SUPPORT,
    "prompt-admin": Role.PROMPT_ADMIN,
    "admin": Role.ADMIN,
}


@dataclass(frozen=True)
class World:
    """The cast, signed in, and a thread of each, as they are before every test of a module."""

    theirs: Thread  # of somebody who is in no column
    own: dict[str, Thread]
    cookies: dict[str, SimpleCookie]

    def browser(self, column: str, *, is_strict: bool = False) -> Client:
        """Signed in; where it is strict, requests are checked as those of a real browser."""
        client = Client(enforce_csrf_checks=is_strict)
        client.cookies = SimpleCookie(self.cookies[column].output(header="", sep=";"))
        return client


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once, as that takes longer than what is asked of it; what tests change is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        roles = {name: a_person(f"{name}@example.com", role) for name, role in COLUMNS.items()}
        suspended = a_person("eve@example.com", Role.MEMBER)
        cookies = {role: browser_of(person).cookies for role, person in roles.items()}
        cookies |= {"suspended": browser_of(suspended).cookies, "nobody": SimpleCookie()}
        deactivate(suspended)
        theirs = a_stopped_thread(a_person("owner@example.com", Role.MEMBER))
        yield World(theirs, {at: a_stopped_thread(one) for at, one in roles.items()}, cookies)
        transaction.set_rollback(True)
