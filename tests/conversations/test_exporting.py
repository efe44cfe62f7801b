"""Conversations as files: each form whole, safe, and as documented."""

import asyncio
import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import LazySettings, settings
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader

from chatapp.accounts.models import User
from chatapp.conversations import transfers
from chatapp.conversations.exporting.everything import as_cell, everything_of
from chatapp.conversations.exporting.html import as_html
from chatapp.conversations.exporting.json import document
from chatapp.conversations.exporting.markdown import as_markdown
from chatapp.conversations.feedback import judge
from chatapp.conversations.models import Conversation, Message, Transfer
from chatapp.conversations.tasks import sweep, work_off
from chatapp.errors import Conflict, NotThere
from chatapp.review.models import Note
from tests.conftest import a_thread, browser_of
from tests.conversations.telling import a_rich_thread
from tests.usage.asking import paid

pytestmark = pytest.mark.django_db
SCHEMA = Path(settings.BASE_DIR) / "docs" / "export.schema.json"
HOSTILE = '<script>alert(1)</script> #panic("x") $x$ [a](javascript:x) ``` = @ref \\'


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    shutil.rmtree(tmp_path / "files", ignore_errors=True)


def exported(*conversations: Conversation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(document(conversations)))
    return found


def is_valid(found: dict[str, Any]) -> None:
    jsonschema.validate(
        found, json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()
    )


def worked_off(transfer: Transfer) -> Transfer:
    asyncio.run(work_off(str(transfer.pk)))
    transfer.refresh_from_db()
    return transfer


def test_the_json_is_as_documented(ada: User) -> None:
    is_valid(exported(a_rich_thread(ada), a_thread(ada)))


def test_the_json_of_nothing_is_valid_too(db: None) -> None:
    is_valid(exported())


def test_the_json_has_every_branch_and_block(ada: User) -> None:
    thread = a_rich_thread(ada)
    question, answer = Message.objects.order_by("created_at")
    Message.objects.create(
        conversation=thread, parent=question, role="assistant", text="Another", status="stopped"
    )
    judge(answer, ada, "down", "wrong", "It is not so.")
    (found,) = exported(thread)["conversations"]
    first, second, third = found["messages"]
    assert (first["parent"], second["parent"], third["parent"]) == (None, first["id"], first["id"])
    assert (second["content"], second["stop_reason"]) == (answer.content, "end_turn")
    assert (found["current_message"], third["status"]) == (second["id"], "stopped")
    assert second["feedback"]["comment"] == "It is not so."


def test_the_thumb_of_somebody_else_is_not_in_it(ada: User, ben: User) -> None:
    thread = a_thread(ada)
    judge(Message.objects.get(role="assistant"), ben, "down", "wrong", "Secret")
    assert "Secret" not in json.dumps(exported(thread))


def test_markdown_tells_who_when_and_from_where(ada: User) -> None:
    text = as_markdown(a_rich_thread(ada, title="A title\nin lines"))
    assert text.startswith("# A title in lines\n")
    for said in (
        "## You · ",
        "*File: me.png*",
        "> **Thinking**",
        "The answer [1]",
        "1. [A source](<https://example.com/a>)",
    ):
        assert said in text


def test_html_is_one_file_that_asks_for_nothing(ada: User) -> None:
    text = as_html(a_rich_thread(ada))
    assert "default-src 'none'; style-src data:" in text
    assert "The answer" in text
    for wanting in ("<script", "<img", 'src="', "/static/", "<form"):
        assert wanting not in text


@pytest.mark.parametrize("form", ["html", "markdown", "json"])
def test_a_file_is_never_opened_as_a_page_of_ours(ada: User, form: str) -> None:
    thread = a_rich_thread(ada, HOSTILE, title=HOSTILE)
    response = browser_of(ada).get(f"/c/{thread.pk}/export/{form}/")
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    if form == "html":
        assert "<script>" not in response.text


def test_no_title_names_a_path_or_breaks_a_header(ada: User) -> None:
    for title in ("../../etc/passwd", 'a"b\r\nX: y', "\u202egnp.exe", "///", "日本語"):
        thread = a_rich_thread(ada, title=title)
        name = browser_of(ada).get(f"/c/{thread.pk}/export/json/")["Content-Disposition"]
        assert not {"/", "\\", "\r", "\n"} & set(name), title


def test_a_form_that_is_none_is_not_there(ada: User) -> None:
    assert browser_of(ada).get(f"/c/{a_thread(ada).pk}/export/docx/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_pdf_has_the_words_and_no_code(ada: User) -> None:
    thread = a_rich_thread(ada, HOSTILE, title=HOSTILE)
    made = worked_off(transfers.begin(ada, "pdf", "A title", thread))
    assert (made.state, made.error, made.done) == ("done", "", 2)
    response = browser_of(ada).get(f"/settings/transfers/{made.pk}/file/")
    assert response["Content-Type"] == "application/pdf"
    assert "a-title.pdf" in response["Content-Disposition"]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.getvalue())).pages)
    for said in ("The answer", "#panic", "<script>", "A source", "me.png"):
        assert said in text


@pytest.mark.django_db(transaction=True)
def test_a_pdf_that_cannot_be_made_says_so(ada: User) -> None:
    empty = Conversation.objects.create(owner=ada, model="m")
    made = worked_off(transfers.begin(ada, "pdf", "Empty", empty))
    assert made.state == "failed"
    assert made.error in browser_of(ada).get("/settings/transfers/").text
    assert browser_of(ada).get(f"/settings/transfers/{made.pk}/file/").status_code == 404


def archive_of(user: User) -> zipfile.ZipFile:
    file = io.BytesIO()
    for done, total in everything_of(user, file):
        assert 0 < done <= total
    assert done == total
    return zipfile.ZipFile(file)


def test_the_archive_has_all_of_a_person_and_nobody_else(ada: User, ben: User) -> None:
    a_rich_thread(ada)
    a_thread(ben, "A question of Ben's")
    archive = archive_of(ada)
    found = json.loads(archive.read("conversations.json"))
    is_valid(found)
    assert len(found["conversations"]) == 1
    assert json.loads(archive.read("account.json"))["email"] == ada.email
    assert "Ben" not in str([archive.read(name) for name in archive.namelist()])
    assert len([name for name in archive.namelist() if name.endswith(".md")]) == 1


def test_the_archive_tells_what_calls_cost(ada: User) -> None:
    paid(ada, 1)
    (row,) = csv.DictReader(io.StringIO(archive_of(ada).read("usage.csv").decode()))
    assert float(row["cost"]) > 0


def test_notes_of_the_staff_are_in_it_only_where_that_is_set(
    ada: User, settings: LazySettings
) -> None:
    Note.objects.create(conversation=a_thread(ada), text="A note on Ada")
    assert "notes.json" not in archive_of(ada).namelist()
    settings.ENV = replace(settings.ENV, export_notes=True)
    assert json.loads(archive_of(ada).read("notes.json"))[0]["text"] == "A note on Ada"


@pytest.mark.django_db(transaction=True)
def test_everything_comes_by_the_page(ada: User) -> None:
    a_rich_thread(ada)
    client = browser_of(ada)
    assert client.post("/settings/transfers/export/").status_code == 302
    made = Transfer.objects.get()
    assert "Waits for its turn" in client.get(f"/settings/transfers/{made.pk}/").text
    assert worked_off(made).state == "done"
    found = client.get(f"/settings/transfers/{made.pk}/file/")
    assert zipfile.ZipFile(io.BytesIO(found.getvalue())).testzip() is None


@pytest.mark.django_db(transaction=True)
def test_chosen_ones_come_as_an_archive_of_them_alone(ada: User, ben: User) -> None:
    first, second = a_thread(ada, "Of bread"), a_thread(ada, "Of cheese")
    a_thread(ada, "Of neither")
    theirs, gone = a_thread(ben, "Of Ben's"), a_thread(ada, "Of what is gone")
    made = transfers.begin_chosen(ada, [it.pk for it in (first, second, theirs, gone)])
    gone.delete()
    assert worked_off(made).percent == 100
    client = browser_of(ada)
    assert "Archive: 4 chats" in client.get("/settings/transfers/").text
    answer = client.get(f"/settings/transfers/{made.pk}/file/")
    assert 'filename="4-chats.zip"' in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    found = json.loads(archive.read("conversations.json"))
    is_valid(found)
    assert [it["id"] for it in found["conversations"]] == [str(first.pk), str(second.pk)]
    names = archive.namelist()
    assert len([name for name in names if name.endswith(".md")]) == 2
    assert "account.json" not in names


def test_one_archive_is_made_at_a_time(ada: User) -> None:
    transfers.begin(ada, "everything", "")
    with pytest.raises(Conflict):
        transfers.begin(ada, "everything", "")


def test_nobody_fills_the_queue(ada: User) -> None:
    thread = a_thread(ada)
    for _ in range(transfers.LIVE_AT_ONCE):
        transfers.begin(ada, "pdf", "", thread)
    client = browser_of(ada)
    assert client.post(f"/c/{thread.pk}/export/").status_code == 409


def test_a_transfer_that_is_held_is_not_taken_twice(ada: User) -> None:
    made = transfers.begin(ada, "everything", "")
    assert transfers.take(made.pk)
    assert transfers.take(made.pk) is None
    assert transfers.unheld() == []
    Transfer.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert transfers.unheld() == [made.pk]
    assert transfers.take(made.pk)


def test_who_lost_a_transfer_does_not_end_it(ada: User) -> None:
    made = transfers.begin(ada, "everything", "")
    lost = transfers.take(made.pk)
    Transfer.objects.update(held_until=None)
    assert lost
    assert transfers.take(made.pk)
    assert not transfers.hold(lost)
    transfers.end(lost, "done")
    made.refresh_from_db()
    assert made.state == "running"


def test_what_is_cancelled_stops_between_two_bits(ada: User) -> None:
    made = transfers.begin(ada, "everything", "")
    taken = transfers.take(made.pk)
    assert taken
    transfers.cancel(made)
    assert not transfers.go_on(taken, (None for _ in range(3)))
    made.refresh_from_db()
    assert (made.state, made.file) == ("cancelled", "")


def test_a_mistake_of_ours_ends_it_and_is_logged(
    ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    made = transfers.begin(ada, "everything", "")
    taken = transfers.take(made.pk)
    assert taken
    assert not transfers.go_on(taken, (1 // 0 for _ in range(1)))
    made.refresh_from_db()
    assert made.state == "failed"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_files_go_when_they_expire_and_with_their_person(ada: User, ben: User) -> None:
    for person in (ada, ben):
        worked_off(transfers.begin(person, "everything", ""))
    ben.delete()
    Transfer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    make_old()
    asyncio.run(sweep(0))
    assert default_storage.listdir(transfers.FOLDER)[1] == []
    assert not Transfer.objects.exists()


def make_old() -> None:
    for path in (Path(default_storage.location) / transfers.FOLDER).iterdir():
        os.utime(path, (0, 0))


def test_only_the_owner_sees_and_fetches_it(ada: User, ben: User) -> None:
    made = transfers.begin(ada, "everything", "")
    with pytest.raises(NotThere):
        transfers.visible_transfer(ben, made.pk)
    assert made.pk.hex not in browser_of(ben).get("/settings/transfers/").text.replace("-", "")


def test_the_dialogue_offers_every_form(ada: User) -> None:
    text = browser_of(ada).get(f"/c/{a_thread(ada).pk}/export/").text
    for form in ("Markdown", "HTML", "PDF", "JSON"):
        assert form in text


def test_a_cell_that_looks_like_a_formula_is_text() -> None:
    assert as_cell("=cmd()") == "'=cmd()"
    assert as_cell(3) == 3
