"""Hostile texts in every field that the support room shows stay texts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import models, transaction
from django.db.models.functions import Concat
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.context.models import Summary
from chatapp.conversations.handover import ask_for_person
from chatapp.conversations.models import (
    Conversation,
    Feedback,
    Flag,
    HelpRequest,
    Mark,
    Message,
    ReadRecord,
    Takeover,
)
from chatapp.generation.live import _read_changes
from chatapp.generation.models import Run
from chatapp.prompts.models import Prompt
from chatapp.rendering import render, render_plain
from chatapp.review.actions.takeovers import hand_back, say, step_in
from chatapp.review.live import BesideFollower, StaffFollower
from chatapp.review.models import (
    Card,
    Category,
    Item,
    Macro,
    MaskPattern,
    Mention,
    Note,
    Presence,
    Room,
    Rubric,
    Rule,
    SavedView,
    Tag,
)
from chatapp.review.thread import mask_now
from chatapp.usage.models import Call
from tests.conftest import a_thread, browser_of
from tests.review.conftest import in_queue
from tests.security.conftest import a_stopped_thread
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, Shape, let_messages_change, plain, short

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)
FOUND = "needle"  # stands before the words of each message, so that a search finds them
CUTS = (100, 60, 40, 16)  # how many characters the columns take
ADDRESSES = {"href", "action", "hx-get", "hx-post"}

# What is written by people, or by Claude, column by column; `*` takes a list.
FIELDS: dict[type[models.Model], dict[str, int]] = {
    Conversation: {"title": 100, "model": 100},
    Run: {"error_sentence": 100, "model": 100},
    Call: {"stop_reason": 40, "error_type": 60, "model": 100},
    Summary: {"text": 100},
    Prompt: {"description": 100},
    Feedback: {"comment": 100},
    Flag: {"detail": 100},
    HelpRequest: {"why": 100},
    Takeover: {"name": 60, "picture": 16, "why": 100, "told": 100},
    Note: {"text": 100},
    Mark: {"corrected": 100, "comment": 100},
    Tag: {"name": 40},
    SavedView: {"name": 60},
    Card: {"name": 60, "picture": 16},
    Room: {"criterion": 100},
    Rule: {"name": 60, "pattern": 100},
    Macro: {"name": 60, "text": 100},
    Category: {"name": 40},
    Rubric: {"name": 60, "meaning": 100},
}


def cut(text: str, most: int) -> str:
    return text[:most].strip()


class ReviewOutline(Outline):
    """Columns hold less of the text than others, and addresses hold it as queries do."""

    def without_text(self, value: str) -> str:
        for most in CUTS:
            value = plain(value).replace(plain(cut(self.text, most)), "X")
        return super().without_text(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        bare = [(n, v and v.partition("?")[0] if n in ADDRESSES else v) for n, v in attrs]
        changes = tag == "time" or ("name", "query") in attrs
        super().handle_starttag(tag, [] if changes else bare)


class Stage:
    """Two threads of Ada's: in one a person is wanted, in the other Max is there.

    Of all that staff writes there is one; Max looks, and Sue is the colleague.
    """

    def __init__(self, ada: User, sue: User, max: User) -> None:
        self.ada, self.sue, self.max = ada, sue, max
        made = a_stopped_thread(ada)
        self.made, self.waits = made, Conversation.objects.get(pk=made.conversation_id)
        self.answer = Message.objects.get(pk=made.message_id)
        self.taken = in_queue(a_thread(ada))
        step_in(self.taken.pk, max, "Why")
        say(self.taken.pk, max, uuid4(), "Hello, I am Max.")
        self.staff_says()
        self.set_up()
        let_messages_change()

    def staff_says(self) -> None:
        step_in(self.waits.pk, self.sue)
        hand_back(self.waits.pk, self.sue)
        ask_for_person(self.waits.pk, None, "Why")
        note = Note.objects.create(conversation=self.waits, author=self.sue, text="@max")
        Note.objects.create(conversation=self.waits, message=self.answer, text="A note")
        Mention.objects.create(note=note, person=self.max)
        for by in (self.sue, self.max):
            Mark.objects.create(message=self.answer, by=by, verdict="bad")
        Presence.objects.create(conversation=self.waits, person=self.sue)

    def set_up(self) -> None:
        self.macro = Macro.objects.create(name="Macro")
        self.things = {"macro": self.macro.pk, "rule": self.made.thing_id}
        for kind, row in (("category", Category), ("rubric", Rubric)):
            self.things[kind] = row.objects.create(name="Row").pk
        tag = Tag.objects.create(name="Tag")
        for item in Item.objects.all():
            item.tags.set([tag])
        Item.objects.update(assignee=self.sue)
        Card.objects.create(person=self.max, name="Max")
        Room.objects.create()

    def say(self, text: str) -> None:
        """Have each of those fields be that text."""
        for model, columns in FIELDS.items():
            model._base_manager.update(**{name: cut(text, n) for name, n in columns.items()})
        User.objects.update(name=text, email=Concat(models.Value(text), "pk", output_field=EMAIL))
        Prompt.objects.update(name=Concat(models.Value(cut(text, 60)), "pk", output_field=EMAIL))
        listed = [cut(text, 40)]
        Mark.objects.update(categories=listed, scores={cut(text, 60): 1})
        Macro.objects.update(tags=listed)
        words = f"{FOUND} {text}"
        Message.objects.update(text=words, content=content_of(words), stop_reason=cut(text, 40))
        ReadRecord.objects.create(
            reader_name=text, owner=self.ada, conversation=self.waits, what=text, why=text, at=AT
        )
        Presence.objects.update(seen_at=timezone.now())

    def shown(self, text: str) -> list[str]:
        """Each page, fragment and frame, with all that was said, which then is gone again."""
        with transaction.atomic():
            self.say(text)
            answers = [*self.pages(text), *self.fragments(text), *self.of_the_owner()]
            assert {answer.status_code for answer in answers} == {200, 409, 422}
            pages = [answer.text for answer in answers] + self.frames()
            transaction.set_rollback(True)
        return pages

    def pages(self, text: str) -> Iterator[HttpResponse]:
        queue = urlencode({"view": "all", "tag": cut(text, 40), "person": text})
        words = urlencode({"words": FOUND, "person": text})
        thread = f"/review/threads/{self.waits.pk}/"
        paths = [f"?{queue}", f"search/?{words}", "mentions/", "agreement/", "card/", "room/"]
        paths += [f"reads/?{urlencode({'person': text})}", f"messages/{self.answer.pk}/case/"]
        paths += [f"room/{kind}/" for kind in self.things]
        paths += [f"room/{kind}/{pk}/" for kind, pk in self.things.items()]
        browser = browser_of(self.max)
        for address in (thread, f"{thread}reason/", f"/review/threads/{self.taken.pk}/"):
            yield browser.get(address)
        for path in paths:
            yield browser.get(f"/review/{path}")
        wrong = {"name": cut(text, 60), "pattern": text, "is_regex": "on", "where": text}
        yield browser.post("/review/room/rule/new/", wrong)
        yield browser.post("/review/room/macro/new/", {"name": "", "text": text, "tags": "x" * 41})

    def fragments(self, text: str) -> Iterator[HttpResponse]:
        browser = browser_of(self.max)
        htmx = {"headers": {"HX-Request": "true"}}
        item, message = f"/review/items/{self.made.item_id}/", f"/review/messages/{self.answer.pk}/"
        thread = f"/review/threads/{self.waits.pk}/"
        yield browser.get("/review/?view=all", **htmx)
        for address in (f"{item}form/", f"{message}mark/"):
            yield browser.get(address, **htmx)
        yield browser.post(f"{item}claim/", **htmx)  # Sue has it: her name is in the sentence
        yield browser.post(
            f"{message}mark/", {"verdict": "good", f"points {cut(text, 60)}": "99"}, **htmx
        )
        yield browser.post(item, {"priority": "3"}, **htmx)
        yield browser.post(f"{message}uncover/", **htmx)
        yield browser.post(f"{thread}presence/", **htmx)
        yield browser.post(f"{message}mark/", {"verdict": "good", "comment": text}, **htmx)

    def of_the_owner(self) -> Iterator[HttpResponse]:
        browser = browser_of(self.ada)
        for address in (f"/c/{self.waits.pk}/", f"/c/{self.taken.pk}/", "/settings/reads/"):
            yield browser.get(address)

    def frames(self) -> list[str]:
        beside = BesideFollower(self.max, self.waits.pk)
        found = [beside._read([self.answer.pk])]
        for thread in (self.waits, self.taken):
            found.append(StaffFollower(self.max, thread.pk, -1)._read(mask_now()).html)
            found.append(_read_changes([(thread.pk, -1)])[thread.pk, -1].html)
        return found


EMAIL: Any = models.CharField()


def content_of(text: str) -> list[dict[str, Any]]:
    return [
        {"type": "text", "text": text},
        {"type": "thinking", "thinking": text},
        {"type": "tool_use", "id": "1", "name": text, "input": {text: text}},
        {"type": "tool_result", "tool_use_id": "1", "content": text},
    ]


def shapes(pages: list[str], text: str) -> list[Shape]:
    """Less what the renderer made, which is looked at elsewhere."""
    words = f"{FOUND} {text}"
    given = f"{words}: {words}"
    masked = mask_now()
    texts = [text, cut(text, 60), words, given]
    texts += [masked(it) for it in texts] + [f"{masked(words)}: {masked(words)}"]
    made = {f">{how(it)}<" for it in texts for how in (render, render_plain)}
    found = []
    for page in pages:
        for html in sorted(made, key=len, reverse=True):
            page = page.replace(html, "><")
        found.append([_anywhere(it) for it in ReviewOutline(page, text).shape])
    return found


def _anywhere(it: tuple[str, list[tuple[str, str]]]) -> tuple[str, list[tuple[str, str]]]:
    """Choices stand by name, so another name puts them, and what is chosen, elsewhere."""
    tag, attributes = it
    if tag != "option":
        return it
    return tag, [(name, "") for name, _ in attributes if name != "selected"]


def differences(found: list[Shape], expected: list[Shape]) -> list[object]:
    """Where they differ, first of all."""
    pairs = zip(found, expected, strict=True)
    return [
        (at, pair)
        for at, (one, two) in enumerate(pairs)
        for pair in zip_longest(one, two)
        if pair[0] != pair[1]
    ][:1]


@pytest.mark.timeout(300)
def test_no_text_of_the_support_room_is_markup(
    quick_passwords: None, ada: User, sue: User, max: User
) -> None:
    stage = Stage(ada, sue, max)
    harmless = stage.shown(HARMLESS)
    assert [at for at, page in enumerate(harmless) if HARMLESS not in page] == []
    expected = shapes(harmless, HARMLESS)
    for payload in PAYLOADS[::40]:
        text = short(payload)
        found = shapes(stage.shown(text), text)
        assert differences(found, expected) == [], payload.name


def pages_of_a_pattern(admin: Client, text: str) -> list[str]:
    """By itself, since a pattern that is none keeps the other pages shut."""
    with transaction.atomic():
        row = MaskPattern.objects.create(name=cut(text, 40), expression=text)
        paths = ("", f"{row.pk}/")
        answers = [admin.get(f"/review/room/pattern/{path}") for path in paths]
        answers.append(
            admin.post("/review/room/pattern/new/", {"name": text[:40], "expression": "("})
        )
        transaction.set_rollback(True)
    return [answer.text.replace(f"pattern/{row.pk}/", "pattern/") for answer in answers]


def test_no_text_of_a_pattern_is_markup(quick_passwords: None, max: User) -> None:
    admin = browser_of(max)
    expected = [ReviewOutline(it, HARMLESS).shape for it in pages_of_a_pattern(admin, HARMLESS)]
    for payload in PAYLOADS[::12]:
        text = short(payload)
        found = [ReviewOutline(it, text).shape for it in pages_of_a_pattern(admin, text)]
        assert differences(found, expected) == [], payload.name


def test_what_is_told_as_text_is_never_read_as_a_page(
    quick_passwords: None, ada: User, sue: User, max: User
) -> None:
    stage, hostile = Stage(ada, sue, max), "<script>top.pwned=1</script>"
    stage.say(hostile)
    thread = f"/review/threads/{stage.waits.pk}/"
    for path, kind in ((f"macro/?macro={stage.macro.pk}", "plain"), ("export/", "markdown")):
        answer = browser_of(max).get(thread + path)
        assert hostile in answer.text
        assert answer["Content-Type"] == f"text/{kind}; charset=utf-8"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; ")
