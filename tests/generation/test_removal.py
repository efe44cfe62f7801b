"""Removing many conversations: all that belongs to them goes, whatever happens in them."""

import uuid

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Folder, Message
from chatapp.conversations.tags import set_tags
from chatapp.generation import removal
from chatapp.generation.models import Run
from chatapp.generation.removal import delete_folder, delete_many
from tests.conftest import a_conversation, a_thread, flagged
from tests.conversations.test_folders import a_folder, put


def test_many_go_with_all_that_belongs_to_them(ada: User) -> None:
    writing, done, other = a_conversation(ada), flagged(a_thread(ada)), a_thread(ada)
    set_tags(done, [], "tag")
    assert delete_many(ada.pk, [writing.pk, done.pk, uuid.uuid4()]) == 2
    assert Conversation.objects.get() == other
    assert Run.objects.filter(conversation=other).count() == Run.objects.count()
    assert not Message.objects.exclude(conversation=other).exists()


def test_nothing_of_somebody_else_goes_along(ada: User, ben: User) -> None:
    theirs = a_thread(ben)
    assert delete_many(ada.pk, [theirs.pk]) == 0
    assert Conversation.objects.filter(pk=theirs.pk).exists()


def test_more_than_a_batch_goes_batch_by_batch(ada: User) -> None:
    count = removal.BATCH + 3
    rows = [Conversation(owner=ada, model="m") for _ in range(count)]
    Conversation.objects.bulk_create(rows)
    assert delete_many(ada.pk, [row.pk for row in rows]) == count


def test_a_folder_goes_and_its_chats_stay(ada: User) -> None:
    folder = a_folder(ada)
    conversation = put(a_thread(ada), folder)
    delete_folder(folder, with_chats=False)
    conversation.refresh_from_db()
    assert (conversation.folder, Folder.objects.count()) == (None, 0)


def test_a_folder_goes_with_its_chats_where_that_is_wished(ada: User) -> None:
    folder, other = a_folder(ada), a_thread(ada)
    put(a_conversation(ada), folder)
    delete_folder(folder, with_chats=True)
    assert Conversation.objects.get() == other
    assert not Folder.objects.exists()
