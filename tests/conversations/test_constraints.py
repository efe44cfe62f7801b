"""What the database itself refuses, whatever the code above it does."""

import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.actions import delete
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.models import Chunk, Run
from tests.conftest import a_conversation, a_thread


def refused(change: Any) -> bool:
    """Whether the database refuses, at once or when constraints are checked."""
    try:
        with transaction.atomic():
            change()
            connection.check_constraints()
    except IntegrityError:
        return True
    return False


def test_migrations_say_all_that_models_say(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "system"},
        {"role": "user", "status": "pending"},
        {"role": "assistant", "status": "unknown"},
        {"role": "assistant", "parent": None},
        {"content": {"type": "text"}},
    ],
)
def test_a_message_that_makes_no_sense_is_refused(ada: User, fields: dict[str, Any]) -> None:
    conversation = a_thread(ada)
    sound = {"conversation": conversation, "parent": conversation.current_leaf, "role": "user"}
    assert not refused(lambda: Message.objects.create(**sound))
    assert refused(lambda: Message.objects.create(**{**sound, **fields}))


def test_a_tree_stays_inside_its_conversation(ada: User) -> None:
    mine, other = a_thread(ada), a_thread(ada)
    stray = {"conversation": mine, "parent": other.current_leaf, "role": "user"}
    assert refused(lambda: Message.objects.create(**stray))
    leaf = Conversation.objects.filter(pk=mine.pk)
    assert refused(lambda: leaf.update(current_leaf=other.current_leaf))


def test_a_conversation_has_one_live_run(ada: User) -> None:
    conversation = a_conversation(ada)
    run = Run.objects.get(conversation=conversation)
    again = {"conversation": conversation, "message_id": run.message_id, "owner": ada}
    assert refused(lambda: Run.objects.create(**again, model="m"))


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "done"},
        {"finished_at": timezone.now()},
        {"state": "writing"},
        {"state": "sleeping"},
    ],
)
def test_a_run_is_finished_if_and_only_if_it_has_ended(ada: User, fields: dict[str, Any]) -> None:
    run = Run.objects.filter(conversation=a_conversation(ada))
    assert refused(lambda: run.update(**fields))


def test_a_chunk_starts_once_and_says_something(ada: User) -> None:
    run = Run.objects.get(conversation=a_conversation(ada))
    chunk = {"run": run, "start": 0, "block": 0, "kind": "text"}
    assert refused(lambda: Chunk.objects.create(**chunk, text=""))
    Chunk.objects.create(**chunk, text="a")
    assert refused(lambda: Chunk.objects.create(**chunk, text="b"))
    assert refused(lambda: Chunk.objects.create(**{**chunk, "start": 1, "kind": "x"}, text="c"))


def test_an_address_belongs_to_one_person_in_any_case(ada: User) -> None:
    assert refused(lambda: User.objects.create(email="ADA@example.com"))


def test_deleting_leaves_no_row_of_a_conversation(ada: User) -> None:
    kept, gone = a_thread(ada), a_conversation(ada)
    run = Run.objects.get(conversation=gone)
    Chunk.objects.create(run=run, start=0, block=0, kind="text", text="a")
    delete(gone)
    assert list(Conversation.objects.all()) == [kept]
    assert set(Message.objects.values_list("conversation", flat=True)) == {kept.pk}
    assert not Run.objects.filter(pk=run.pk).exists()
    assert not Chunk.objects.exists()


def test_paths_lead_from_the_root_to_the_leaf(ada: User) -> None:
    conversation = a_thread(ada, "One", "Two")
    path = Message.objects.path_to(conversation.current_leaf_id)
    assert [message.text for message in path] == ["One", "Two"]
    assert Message.objects.path_to(None) == []
    assert Message.objects.path_to(uuid.uuid4()) == []
