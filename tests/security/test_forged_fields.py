"""Fields that a form does not have, sent along with it, as if there were such."""

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.models import Run
from tests.conftest import browser_of
from tests.security.conftest import a_stopped_thread
from tests.security.matrix import FORMS
from tests.security.test_matrix import address_of

EXTRA = {
    "id": "00000000-0000-4000-8000-000000000001",
    "owner": "1",
    "owner_id": "1",
    "role": "assistant",
    "status": "done",
    "content": '[{"type": "text", "text": "forged"}]',
    "system_prompt": "forged",
    "parent": "1",
    "conversation_id": "00000000-0000-4000-8000-000000000001",
    "revision": "99",
    "is_superuser": "1",
    "is_active": "0",
    "groups": "4",
    "email": "forged@example.com",
    "name": "forged",
    "state": "done",
    "usage": "{}",
}


MEMBERS_FORMS = [page for page in FORMS if not page.startswith(("workbench:", "review:"))]


@pytest.mark.parametrize("page", MEMBERS_FORMS)
def test_fields_that_no_form_has_change_nothing(ada: User, ben: User, page: str) -> None:
    thread, bens = a_stopped_thread(ada), User.objects.exclude(pk=ada.pk)
    before = bens.values().get()
    answer = browser_of(ada).post(address_of(page, thread), {**EXTRA, **FORMS[page]})
    assert answer.status_code in (200, 204, 302, 422)
    assert bens.values().get() == before
    for row in (*Conversation.objects.values(), *Message.objects.values(), *Run.objects.values()):
        assert "forged" not in str(row)
        assert row.get("owner_id", ada.pk) == ada.pk
    ada.refresh_from_db()
    assert (ada.is_active, ada.is_superuser, ada.email) == (True, False, "ada@example.com")
    assert [group.name for group in ada.groups.all()] == ["member"]
