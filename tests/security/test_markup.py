"""Hostile texts in every place where a page shows one: they change no tag and no attribute."""

import json
import re
import zlib
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import quote, quote_plus

import pytest
from django.db import connection, transaction
from django.test import Client

from chatapp.accounts.models import AuditLine, User
from chatapp.chat import listing
from chatapp.context.actions import protect
from chatapp.context.models import Protection, Summary
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.models import Run
from chatapp.prompts.models import Prompt
from chatapp.rendering import render, render_plain
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.models import Budget, Call, SentRequest
from tests.conftest import a_conversation, a_prompt, a_thread, answered, browser_of
from tests.security.conftest import A_REQUEST, corrected_notes
from tests.security.payloads import PAYLOADS, Payload

HARMLESS = "harmless"
SECRETS_OF_THE_PAGE = {"nonce", "hx-headers:inherited"}

Shape = list[tuple[str, list[tuple[str, str]]]]


def plain(text: str) -> str:
    """White space as a title has it."""
    return " ".join(text.split())


class Outline(HTMLParser):
    """The tags of a page in order, with their attributes; `text` in a value is written X."""

    def __init__(self, html: str, text: str) -> None:
        super().__init__()
        self.text = text
        self.shape: Shape = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [
            (name, self.without_text(value or ""))
            for name, value in attrs
            if name not in SECRETS_OF_THE_PAGE and ("name", "csrfmiddlewaretoken") not in attrs
        ]
        self.shape.append((tag, kept))

    def without_text(self, value: str) -> str:
        """Nor the numbers that tell how long the text is."""
        value = plain(value).replace(plain(self.text), "X").replace(quote(self.text), "X")
        value = value.replace(quote_plus(self.text), "X")
        return re.sub(r"About \d+ of|memory: \d+|value=\d+|^\d+$", "N", value)

    def handle_endtag(self, tag: str) -> None:
        self.shape.append((f"/{tag}", []))

    def handle_comment(self, data: str) -> None:
        self.shape.append(("comment", []))

    handle_decl = handle_pi = unknown_decl = handle_comment


def storable(payload: Payload) -> str:
    """The text as a database takes it: neither NUL nor half of a surrogate pair."""
    return payload.text.replace("\x00", "").encode(errors="replace").decode().strip()


def short(payload: Payload) -> str:
    """As much of it as the narrowest of the columns takes."""
    return storable(payload)[:100].strip()


class Place:
    """A person whose every text can be set: the name of the thread, the model, the failure."""

    def __init__(self, owner: User) -> None:
        a_thread(owner)  # a second one, so that the list has a link to more
        conversation = a_conversation(owner)
        message = answered(conversation, "half an answer", "failed")
        run = Run.objects.get(message=message)
        run.call = open_call(Asking("answer", A_REQUEST, owner.pk, conversation.pk, run.pk))
        self.prompt = a_prompt()
        Call.objects.update(version=self.prompt.versions.get())
        run.save()
        self.notes, self.run = corrected_notes(message, owner), run
        protect(message, owner)
        Budget.objects.create(person=owner, period="day", hard=1_000)
        self.owner, self.id = owner, conversation.pk
        self.browser: Client = browser_of(owner)

    def show(self, text: str) -> list[str]:
        """Every page and fragment on which the text stands, if it stands everywhere."""
        User.objects.update(email=text, name=text)
        Conversation.objects.update(title=text, model=text)
        Message.objects.filter(role="assistant").update(model=text, stop_reason=text[:40])
        Run.objects.update(error_sentence=text, model=text)
        Summary.objects.update(text=text)
        Prompt.objects.filter(pk=self.prompt.pk).update(name=text)
        Call.objects.update(model=text, system_digest=text[:64], error_type=text[:60])
        body = zlib.compress(json.dumps({"messages": [text]}).encode())
        parts = [{"kind": text, "id": text, "at": 0}]
        SentRequest.objects.update(packed=body, parts=parts, digest=text[:64])
        there = f"/c/{self.id}/"
        words = quote(text, safe="")
        pages = [there, "/settings/", f"/conversations/?q={words}", f"{there}delete/"]
        pages += ["/usage/", "/admin/usage/", "/admin/budgets/", f"/runs/{self.run.pk}/request/"]
        pages += [f"{there}notes/", f"/notes/{self.notes.pk}/"]
        answers = [self.browser.get(page) for page in pages]
        answers.append(self.browser.post(f"{there}title/", {"title": text}))
        assert [answer.status_code for answer in answers] == [200] * len(answers)
        # The notes are the renderer's; what it makes of a text is looked at elsewhere.
        made = f'<div class="note-text" tabindex="0" hx-ignore>{render_plain(text)}</div>'
        pages = [answer.content.decode() for answer in answers]
        assert made in pages[0]
        return [page.replace(made, f"<div>{HARMLESS}</div>") for page in pages]


@pytest.mark.timeout(300)
def test_texts_of_people_change_no_tag_and_no_attribute(
    quick_passwords: None, max: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    place = Place(max)
    harmless = place.show(HARMLESS)
    assert all(HARMLESS in page for page in harmless)
    expected = [Outline(page, HARMLESS).shape for page in harmless]
    for payload in PAYLOADS[::6]:
        text = short(payload)
        found = [Outline(page, text).shape for page in place.show(text)]
        assert found == expected, payload.name


def page_of_changes(browser: Client, text: str) -> str:
    """The page with one change more, of which every word is that text; then it is gone again."""
    words = dict.fromkeys(("by_email", "action", "target_id"), text[:40])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with transaction.atomic():
        AuditLine.objects.create(**words, at=at, target=text, why=text, detail={text: [text]})
        html = browser.get("/admin/audit/").text
        transaction.set_rollback(True)
    return html


def shape_of_changes(html: str, text: str) -> Shape:
    """Less the address of the link, which has as much of the text as the column takes."""
    links = re.compile(r"^\?target=[^&<>\"' ]*$")
    return [
        (tag, [(name, links.sub("X", value)) for name, value in attrs])
        for tag, attrs in Outline(html, text).shape
    ]


def test_no_text_of_a_change_is_markup(quick_passwords: None, max: User) -> None:
    browser = browser_of(max)
    harmless = page_of_changes(browser, HARMLESS)
    assert harmless.count(HARMLESS) == 7
    expected = shape_of_changes(harmless, HARMLESS)
    for payload in PAYLOADS:
        text = short(payload)
        found = shape_of_changes(page_of_changes(browser, text), text)
        assert found == expected, payload.name


def let_messages_change() -> None:
    """For this transaction: what has been answered stays as it was otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE conversations_message DISABLE TRIGGER message_stays")


def rest_of_page(place: Place, text: str) -> Shape:
    """A page with that text as question, answer, thought and tool, less what the renderer made."""
    Message.objects.filter(role="user").update(text=text)
    content = [
        {"type": "text", "text": text},
        {"type": "thinking", "thinking": text},
        {"type": "tool_use", "id": text, "name": text, "input": {text: text}},
        {"type": "tool_result", "tool_use_id": text, "content": text},
    ]
    Message.objects.filter(role="assistant").update(text=text, content=content)
    html = place.browser.get(f"/c/{place.id}/").content.decode()
    shown = (render(text), render_plain(text), render_plain(f"{text}: {text}"))
    for made in sorted(shown, key=len, reverse=True):
        assert made in html
        html = html.replace(made, "")
    return Outline(html, HARMLESS).shape


@pytest.mark.timeout(300)
def test_a_message_adds_to_a_page_what_the_renderer_made_and_no_more(
    quick_passwords: None, ada: User
) -> None:
    place = Place(ada)
    Summary.objects.all().delete()
    Protection.objects.all().delete()
    let_messages_change()
    harmless = rest_of_page(place, HARMLESS)
    for payload in PAYLOADS:
        assert rest_of_page(place, storable(payload)) == harmless, payload.name


def test_a_model_without_a_name_and_kinds_of_blocks_we_do_not_know_show_nothing(ada: User) -> None:
    thread = a_thread(ada)
    blocks = [
        {"type": "<script>", "text": "<script>"},
        {"type": "tool_use", "name": "<script>", "input": {"a": "<script>"}},
        {"type": "html", "html": "<script>top.pwned=1</script>"},
    ]
    Message.objects.filter(role="assistant").update(content=blocks)
    html = browser_of(ada).get(f"/c/{thread.pk}/").content.decode()
    assert "pwned" not in html
    assert "<script>" not in html
