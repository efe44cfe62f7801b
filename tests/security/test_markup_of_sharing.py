"""Hostile texts stay texts on the page behind a link, in exported files, and in their lists."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations import transfers
from chatapp.conversations.exporting.html import as_html
from chatapp.conversations.models import Conversation, Message, Transfer
from chatapp.conversations.shares import Terms, share
from chatapp.rendering import render, render_plain
from tests.conftest import browser_of
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, Shape, short

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = [uuid.UUID(int=number) for number in range(1, 6)]
TERMS = Terms(days=None, with_name=True, with_thinking=True, with_tools=True)
KEPT = ("class", "type", "name", "role", "content", "rel")


def a_hostile_thread(text: str, owner: User) -> Conversation:
    """Of which every word is that text."""
    thread = Conversation.objects.create(
        id=KEYS[0], owner=owner, model="m", title=text, active_at=AT, created_at=AT
    )
    file = {"type": "image", "title": text}
    asked = Message.objects.create(
        id=KEYS[1], conversation=thread, role="user", text=text, content=[file], created_at=AT
    )
    cited = [{"title": text, "url": f"https://example.com/{text}"}]
    content = [
        {"type": "thinking", "thinking": text},
        {"type": "tool_use", "id": "1", "name": text, "input": {text: text}},
        {"type": "tool_result", "tool_use_id": "1", "content": text},
        {"type": "text", "text": text, "citations": cited},
    ]
    thread.current_leaf = Message.objects.create(
        id=KEYS[2], conversation=thread, role="assistant", text=text, content=content,
        parent=asked, model=text, created_at=AT,
    )  # fmt: skip
    thread.save()
    return thread


def pages(text: str, owner: User) -> Iterator[str]:
    User.objects.filter(pk=owner.pk).update(name=text)
    owner.refresh_from_db()
    thread, browser = a_hostile_thread(text, owner), browser_of(owner)
    token = share(thread, None, TERMS)[1]
    made = Transfer.objects.create(owner=owner, kind="pdf", title=text, id=KEYS[3])
    Transfer.objects.filter(pk=made.pk).update(
        state="failed", ended_at=AT, error=text, problems=[{"at": 1, "title": text, "why": text}]
    )
    yield Client().get(f"/s/{token}/").text
    yield as_html(thread)
    for path in ("shares/", "transfers/", f"transfers/{made.pk}/"):
        yield browser.get(f"/settings/{path}").text
    yield browser.get(f"/s/{token}/continue/").text
    for path in ("share/", "export/"):
        yield browser.get(f"/c/{thread.pk}/{path}").text


def shapes(text: str, owner: User) -> list[Shape]:
    """Less what the renderer made, which is looked at elsewhere."""
    with transaction.atomic():
        found = list(pages(text, owner))
        transaction.set_rollback(True)
    made = sorted((str(how(text)) for how in (render, render_plain)), key=len, reverse=True)
    outlines = []
    for page in found:
        for html in made:
            page = page.replace(f">{html}<", "><")
        shape = Outline(page, text).shape
        outlines.append([(tag, [it for it in given if it[0] in KEPT]) for tag, given in shape])
    return outlines


@pytest.mark.timeout(300)
def test_no_text_of_a_share_or_export_is_markup(quick_passwords: None, ada: User) -> None:
    expected = shapes(HARMLESS, ada)
    for payload in PAYLOADS[::12]:
        text = short(payload)
        assert shapes(text, ada) == expected, payload.name


@pytest.mark.timeout(300)
def test_every_text_is_there_to_be_seen(quick_passwords: None, ada: User) -> None:
    with transaction.atomic():
        found = list(pages(HARMLESS, ada))
        transaction.set_rollback(True)
    assert [at for at, page in enumerate(found) if HARMLESS not in page] == [len(found) - 1]


def test_what_is_told_of_an_upload_is_a_text(ada: User) -> None:
    name = "<img src=x onerror=alert(1)>.json"
    transfers.begin_import(ada, ContentFile(b"[]", name))
    text = browser_of(ada).get("/settings/transfers/").text
    assert "&lt;img src=x onerror=alert(1)&gt;.json" in text
