"""The files of a folder on its page: put in, listed with what they take, taken out."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.files import of_folders
from chatapp.conversations.files.of_folders import files_of, put_into
from chatapp.conversations.models import Folder, StoredFile
from tests.conftest import browser_of
from tests.conversations import samples
from tests.conversations.test_folders import a_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(ada: User) -> Folder:
    return a_folder(ada)


@pytest.fixture
def browser(ada: User) -> Client:
    return browser_of(ada)


def given(*names: str) -> dict[str, list[SimpleUploadedFile]]:
    return {"file": [SimpleUploadedFile(name, b"Bees dance. " * 3_000) for name in names]}


def test_several_are_put_in_at_once_and_listed(folder: Folder, browser: Client) -> None:
    answer = browser.post(f"/folders/{folder.pk}/files/", given("one.txt", "two.txt"))
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"]).text
    assert "one.txt" in page
    assert "two.txt" in page
    assert re.search(r"about [12]\d,\d{3} tokens a request", page)


def test_with_script_the_list_alone_comes_back(folder: Folder, browser: Client) -> None:
    answer = browser.post(
        f"/folders/{folder.pk}/files/", given("one.txt"), headers={"HX-Request": "true"}
    )
    assert "one.txt" in answer.text
    assert "<html" not in answer.text


def test_what_the_folder_cannot_take_is_not_kept(
    folder: Folder, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_folders, "FILES_A_FOLDER", 1)
    answer = browser.post(f"/folders/{folder.pk}/files/", given("one.txt", "two.txt"))
    assert answer.status_code == 413
    assert [file.name for file in files_of(folder.pk)] == ["one.txt"]
    assert StoredFile.objects.count() == 1


def test_one_is_taken_out(ada: User, folder: Folder, browser: Client) -> None:
    file = samples.uploaded(ada, b"Bees dance.", "bees.txt")
    put_into(folder, file)
    browser.post(f"/folders/{folder.pk}/files/{file.pk}/delete/")
    assert files_of(folder.pk) == []


def test_the_folder_of_somebody_else_takes_and_gives_nothing(
    ada: User, ben: User, folder: Folder
) -> None:
    file = samples.uploaded(ada, b"Bees dance.", "bees.txt")
    put_into(folder, file)
    other = browser_of(ben)
    for address in ("", f"{file.pk}/delete/"):
        found = other.post(f"/folders/{folder.pk}/files/{address}", given("one.txt"))
        assert found.status_code == 404
    assert files_of(folder.pk) == [file]
