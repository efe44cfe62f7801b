"""Files of a folder: kept as long as it has them, as many as a request bears, one's own alone."""

import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.files import of_folders
from chatapp.conversations.files.actions import chosen, remove_unused, unsent
from chatapp.conversations.files.of_folders import files_of, put_into, take_out
from chatapp.conversations.folders import dissolve
from chatapp.conversations.models import StoredFile
from chatapp.errors import NotThere, TooLarge, Unusable
from tests.conftest import browser_of
from tests.conversations import samples
from tests.conversations.test_folders import a_folder

pytestmark = pytest.mark.django_db
TEXT = b"Bees dance."


def test_a_file_stays_as_long_as_the_folder_has_it(ada: User) -> None:
    folder, file = a_folder(ada), samples.uploaded(ada, TEXT)
    put_into(folder, file)
    assert remove_unused() == 0
    assert list(files_of(folder.pk)) == [file]
    take_out(folder, file.pk)
    assert remove_unused() == 1
    assert not StoredFile.objects.exists()


def test_files_go_with_their_folder(ada: User) -> None:
    folder = a_folder(ada)
    put_into(folder, samples.uploaded(ada, TEXT))
    dissolve(folder)
    assert remove_unused() == 1


def test_what_is_in_a_folder_waits_for_no_message(ada: User) -> None:
    folder, file = a_folder(ada), samples.uploaded(ada, TEXT)
    put_into(folder, file)
    assert unsent(ada, [file.pk]) == []
    with pytest.raises(Unusable):
        chosen(ada, [file.pk])


def test_only_its_owner_gets_it_back(ada: User, ben: User, max: User) -> None:
    folder, file = a_folder(ada), samples.uploaded(ada, TEXT)
    put_into(folder, file)
    assert browser_of(ada).get(f"/files/{file.pk}/").getvalue() == TEXT
    for other in (ben, max):
        assert browser_of(other).get(f"/files/{file.pk}/").status_code == 404


@pytest.mark.parametrize(("limit", "most"), [("FILES_A_FOLDER", 1), ("FOLDER_BYTES", 15)])
def test_a_folder_takes_what_a_request_bears(
    ada: User, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(of_folders, limit, most)
    folder = a_folder(ada)
    put_into(folder, samples.uploaded(ada, TEXT))
    with pytest.raises(TooLarge):
        put_into(folder, samples.uploaded(ada, TEXT))
    assert len(files_of(folder.pk)) == 1


def test_pages_are_counted_over_all_pdfs(ada: User) -> None:
    folder = a_folder(ada)
    put_into(folder, samples.uploaded(ada, samples.pdf(30)))
    with pytest.raises(TooLarge, match="50 pages"):
        put_into(folder, samples.uploaded(ada, samples.pdf(21)))


def test_what_is_not_in_the_folder_cannot_be_taken_out(ada: User) -> None:
    one, other, file = a_folder(ada), a_folder(ada, "Other"), samples.uploaded(ada, TEXT)
    put_into(one, file)
    for folder, pk in ((other, file.pk), (one, uuid.uuid4())):
        with pytest.raises(NotThere):
            take_out(folder, pk)
