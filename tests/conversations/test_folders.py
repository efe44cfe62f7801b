"""Folders and instructions: whose they are, what they are called, and what becomes of the chats."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from chatapp.conversations import actions, folders
from chatapp.conversations.access import visible_folder
from chatapp.conversations.models import Conversation, Folder, Instructions
from chatapp.conversations.named import bounded, cleaned
from chatapp.errors import NotThere, Unusable
from tests.conftest import a_thread


def a_folder(owner: User, name: str = "Garden", instructions: str = "") -> Folder:
    folder = Folder(owner=owner)
    folders.save_folder(folder, name, instructions)
    return folder


def put(conversation: Conversation, folder: Folder | None) -> Conversation:
    actions.move(conversation, folder)
    return conversation


def test_a_folder_is_seen_by_its_owner_alone(ada: User, ben: User, max: User) -> None:
    folder = a_folder(ada)
    assert visible_folder(ada, folder.pk) == folder
    for other in (ben, max):
        with pytest.raises(NotThere):
            visible_folder(other, folder.pk)


def test_no_two_folders_of_one_person_are_called_alike(ada: User, ben: User) -> None:
    a_folder(ada, "Garden")
    a_folder(ben, "Garden")
    with pytest.raises(Unusable, match="of that name"):
        a_folder(ada, "GARDEN")
    assert Folder.objects.count() == 2


def test_a_folder_may_be_renamed_in_case_only(ada: User) -> None:
    folder = a_folder(ada, "garden")
    folders.save_folder(folder, "Garden", "")
    assert Folder.objects.get().name == "Garden"


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 81])
def test_a_name_that_is_none_is_refused(ada: User, name: str) -> None:
    with pytest.raises(Unusable):
        a_folder(ada, name)


def test_instructions_of_a_folder_have_a_limit(ada: User) -> None:
    assert a_folder(ada, "Short", "x" * 3_000).instructions == "x" * 3_000
    with pytest.raises(Unusable, match=r"3,001.*3,000"):
        a_folder(ada, "Long", "x" * 3_001)


def test_so_many_folders_are_possible_and_no_more(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_FOLDERS", 2)
    first, _ = a_folder(ada, "One"), a_folder(ada, "Two")
    with pytest.raises(Unusable, match="2 folders"):
        a_folder(ada, "Three")
    folders.save_folder(first, "Uno", "")


def test_folders_are_counted_by_what_the_list_shows(ada: User) -> None:
    folder, empty = a_folder(ada, "b"), a_folder(ada, "A")
    put(a_thread(ada), folder)
    actions.archive(put(a_thread(ada), folder), on=True)
    Conversation.objects.create(owner=ada, model="m", folder=folder, is_trial=True)
    found = [(row.pk, row.count) for row in folders.folders_of(ada)]
    assert found == [(empty.pk, 0), (folder.pk, 1)]


def test_counting_costs_one_query_however_many_folders(ada: User) -> None:
    for at in range(5):
        put(a_thread(ada), a_folder(ada, str(at)))
    with CaptureQueriesContext(connection) as queries:
        assert len(folders.folders_of(ada)) == 5
    assert len(queries) == 1


def test_a_folder_that_is_dissolved_leaves_its_chats(ada: User) -> None:
    folder = a_folder(ada)
    conversation = put(a_thread(ada), folder)
    folders.dissolve(folder)
    conversation.refresh_from_db()
    assert conversation.folder is None
    assert not Folder.objects.exists()


def test_a_chat_moves_into_a_folder_and_out_again(ada: User) -> None:
    folder = a_folder(ada)
    conversation = put(a_thread(ada), folder)
    assert Conversation.objects.get(folder=folder) == conversation
    put(conversation, None)
    assert not Conversation.objects.filter(folder=folder).exists()


def test_instructions_are_empty_until_somebody_says_something(ada: User) -> None:
    told = folders.instructions_of(ada.pk)
    assert (told.about, told.manner, told.is_on) == ("", "", True)
    assert not Instructions.objects.exists()


def test_instructions_are_kept_and_replaced(ada: User, ben: User) -> None:
    folders.save_instructions(ada, ("A baker", "Briefly"), is_on=True)
    folders.save_instructions(ada, ("A cook\r\nof rice", ""), is_on=False)
    told = folders.instructions_of(ada.pk)
    assert (told.about, told.manner, told.is_on) == ("A cook\nof rice", "", False)
    assert folders.instructions_of(ben.pk).about == ""


def test_instructions_that_are_too_long_are_refused_whole(ada: User) -> None:
    with pytest.raises(Unusable):
        folders.save_instructions(ada, ("Fine", "x" * 3_001), is_on=True)
    assert not Instructions.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [(" a  b\n", "a b"), ("a\x00b", "ab"), ("Garten 🌱", "Garten 🌱")]
)
def test_a_name_stands_on_one_line(typed: str, kept: str) -> None:
    assert cleaned(typed, 20) == kept


def test_a_text_loses_what_the_database_does_not_take() -> None:
    assert bounded(" a\r\nb\x00 ", 3) == "a\nb"
