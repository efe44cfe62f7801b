"""Notes on older messages, corrected by an admin: seen by the owner, on record."""

import pytest

from chatapp.accounts.models import AuditLine, User
from chatapp.context.models import Summary
from chatapp.conversations.models import Message, ReadRecord
from tests.conftest import a_thread, browser_of, flagged
from tests.security.conftest import corrected_notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(ada: User) -> Summary:
    """A note on the only question, as Ada mended it."""
    answer = Message.objects.get(conversation=flagged(a_thread(ada)), role="assistant")
    return corrected_notes(answer, ada)


def test_an_admin_reads_and_corrects_them_on_record(note: Summary, ada: User, max: User) -> None:
    admin = browser_of(max)
    page = f"/admin/conversations/{note.conversation_id}/notes/"
    assert "- better notes</textarea>" in admin.get(page).text
    assert ReadRecord.objects.get().reader == max
    admin.post(f"/admin/notes/{note.pk}/", {"text": "- the best notes"})
    line = AuditLine.objects.get(action="notes.corrected")
    assert (line.by, line.target_id) == (max, str(note.conversation_id))
    assert "best" not in str(line.detail)
    thread = browser_of(ada).get(f"/c/{note.conversation_id}/").text
    assert "the best notes" in thread
    assert "corrected by max@example.com" in thread


def test_the_owner_can_undo_what_an_admin_wrote(note: Summary, ada: User, max: User) -> None:
    browser_of(max).post(f"/admin/notes/{note.pk}/", {"text": "- the best notes"})
    newest = Summary.objects.latest("created_at")
    browser_of(ada).post(f"/notes/{newest.pk}/correction/undo/")
    assert "better notes" in browser_of(ada).get(f"/c/{note.conversation_id}/").text


def test_a_correction_that_came_too_late_is_told(note: Summary, max: User) -> None:
    admin = browser_of(max)
    admin.post(f"/admin/notes/{note.pk}/", {"text": "- first"})
    assert admin.post(f"/admin/notes/{note.pk}/", {"text": "- second"}).status_code == 409


def test_prompt_admins_and_support_correct_nobody_s_notes(
    note: Summary, pat: User, sue: User
) -> None:
    for person in (pat, sue):
        page = f"/admin/conversations/{note.conversation_id}/notes/"
        assert browser_of(person).get(page).status_code == 404
        form = {"text": "- mine"}
        assert browser_of(person).post(f"/admin/notes/{note.pk}/", form).status_code == 404
    assert not ReadRecord.objects.exists()
