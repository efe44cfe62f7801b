"""Uploading and getting files back over HTTP."""

import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.files import storage
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Conversation, ReadRecord, StoredFile
from chatapp.generation.actions import begin_conversation
from tests.conftest import a_thread, browser_of
from tests.conversations import samples

HTMX = {"HX-Request": "true"}


def post(client: Client, data: bytes, name: str = "bees.txt", **form: Any) -> HttpResponse:
    fields = {"id": uuid.uuid4(), "file": SimpleUploadedFile(name, data), **form}
    return client.post("/files/", fields, headers=HTMX)


def sent_with(owner: User, *files: StoredFile) -> Conversation:
    return begin_conversation(owner, uuid.uuid4(), "Look", "", files=[file.pk for file in files])


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_upload_answers_with_what_stands_in_the_composer(ada: User) -> None:
    file_id = uuid.uuid4()
    reply = post(browser_of(ada), samples.pdf(3), "report.pdf", id=file_id)
    assert reply.status_code == 200
    assert f'name="files" value="{file_id}"' in reply.text
    assert "3 pages" in reply.text
    waiting = browser_of(ada).get(f"/files/waiting/?id={file_id}&id={uuid.uuid4()}")
    assert waiting.text == reply.text


@pytest.mark.parametrize("form", [{"id": "x"}, {"id": ""}, {"file": ""}])
def test_an_upload_without_an_id_or_a_file_is_refused(ada: User, form: dict[str, str]) -> None:
    assert post(browser_of(ada), b"Bees", **form).status_code == 422
    assert not StoredFile.objects.exists()


def test_a_refused_file_says_why_and_leaves_nothing(ada: User) -> None:
    reply = post(browser_of(ada), bytes(99))
    assert reply.status_code == 422
    assert "Files of this kind cannot be read" in reply.text
    assert not StoredFile.objects.exists()


def test_files_are_sent_by_the_form_of_the_composer(ada: User) -> None:
    client, conversation = browser_of(ada), a_thread(ada)
    file = samples.uploaded(ada, b"Bees", "bees.txt")
    form = {"message_id": uuid.uuid4(), "text": "", "files": [file.pk]}
    reply = client.post(f"/c/{conversation.pk}/messages/", form, headers=HTMX)
    assert f"/files/{file.pk}/" in reply.text
    assert "bees.txt" in client.get(f"/c/{conversation.pk}/").text
    wrong = client.post("/c/", {"text": "a", "files": ["x"]}, headers=HTMX)
    assert (wrong.status_code, "no valid id" in wrong.text) == (422, True)


@pytest.mark.parametrize(
    ("data", "name", "kind", "given"),
    [
        (samples.photo(), "home.png", "image/jpeg", "home.jpg"),
        (samples.pdf(), "a.pdf", "application/pdf", "a.pdf"),
        (b"<svg onload=alert(1)>", "a.svg", "application/octet-stream", "a.svg"),
        (samples.docx(), "a.docx", "application/octet-stream", "a.docx"),
    ],
)
def test_a_file_comes_back_as_nothing_that_a_browser_runs(
    ada: User, data: bytes, name: str, kind: str, given: str
) -> None:
    file = samples.uploaded(ada, data, name)
    reply = browser_of(ada).get(f"/files/{file.pk}/")
    assert reply.headers["Content-Type"] == kind
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{given}"'
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    if file.kind != "image":
        assert body_of(reply) == data


def test_a_name_of_any_script_survives_the_header(ada: User) -> None:
    file = samples.uploaded(ada, b"Bees", 'Bienen "ü" 蜂.txt')
    told = browser_of(ada).get(f"/files/{file.pk}/").headers["Content-Disposition"]
    assert told == "attachment; filename*=utf-8''Bienen%20%22%C3%BC%22%20%E8%9C%82.txt"


def test_a_thumbnail_is_a_small_picture_without_a_past(ada: User) -> None:
    file = samples.uploaded(ada, samples.photo((900, 600)))
    reply = browser_of(ada).get(f"/files/{file.pk}/thumbnail/")
    assert reply.headers["Content-Type"] == "image/webp"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert b"Camera" not in body_of(reply)


def test_what_claude_is_given_of_a_document_can_be_read(ada: User) -> None:
    client, file = browser_of(ada), samples.uploaded(ada, samples.docx("A <b>letter</b>."))
    reply = client.get(f"/files/{file.pk}/text/")
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reply.headers["Content-Disposition"].startswith("inline")
    assert body_of(reply).startswith(b"A <b>letter</b>.")
    image = samples.uploaded(ada, samples.image())
    assert client.get(f"/files/{image.pk}/text/").status_code == 404
    assert client.get(f"/files/{file.pk}/thumbnail/").status_code == 404


def test_nobody_else_opens_a_file_sent_or_not(ada: User, ben: User) -> None:
    unsent, sent = samples.uploaded(ada, b"Bees"), samples.uploaded(ada, b"Bees")
    sent_with(ada, sent)
    for file in (unsent, sent):
        assert browser_of(ada).get(f"/files/{file.pk}/").status_code == 200
        assert browser_of(ben).get(f"/files/{file.pk}/").status_code == 404
        assert browser_of(ben).post(f"/files/{file.pk}/delete/").status_code == 404


def test_a_file_that_is_gone_from_the_storage_is_not_there(ada: User) -> None:
    file = samples.uploaded(ada, b"Bees")
    default_storage.delete(storage.place_of(file.pk, "uploaded"))
    assert browser_of(ada).get(f"/files/{file.pk}/").status_code == 404


def test_staff_see_covered_names_and_open_files_by_right_and_on_record(
    ada: User, sue: User, max: User
) -> None:
    file = samples.uploaded(ada, b"Bees", "mail to ada@example.org.txt")
    conversation = sent_with(ada, file)
    flag(conversation.pk, "colleague", detail="Look at this")
    page = browser_of(sue).get(f"/review/threads/{conversation.pk}/").text
    assert "mail to" in page
    assert "ada@example.org" not in page
    assert f"/files/{file.pk}/" not in page
    assert browser_of(sue).get(f"/files/{file.pk}/").status_code == 404
    assert browser_of(max).get(f"/files/{file.pk}/").status_code == 200
    assert ReadRecord.objects.filter(reader=max, what=f"file {file.pk}").count() == 1


def test_staff_who_uncover_a_message_find_its_files(ada: User, max: User) -> None:
    file = samples.uploaded(ada, b"Bees", "bees.txt")
    conversation = sent_with(ada, file)
    flag(conversation.pk, "colleague", detail="Look at this")
    message = conversation.messages.get(role="user")
    uncovered = browser_of(max).post(f"/review/messages/{message.pk}/uncover/")
    assert f"/files/{file.pk}/" in uncovered.text


def test_an_upload_that_waits_is_nothing_for_staff(ada: User, max: User) -> None:
    file = samples.uploaded(ada, b"Bees")
    assert browser_of(max).get(f"/files/{file.pk}/").status_code == 404
