"""Hostile names and texts of files stay texts, wherever they are shown."""

import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import StoredFile
from chatapp.generation.actions import begin_conversation
from chatapp.generation.entries import article, path_entries
from chatapp.review import thread as staff
from tests.conftest import browser_of
from tests.conversations import samples
from tests.security.payloads import PAYLOADS, Payload
from tests.security.test_markup import HARMLESS, Outline, Shape, plain, short


class Place:
    """A person with a file that is sent and one that is not, and somebody who reviews."""

    def __init__(self, owner: User, reader: User) -> None:
        sent, waits = samples.uploaded(owner, b"Bees"), samples.uploaded(owner, b"Bees")
        thread = begin_conversation(owner, uuid.uuid4(), "Look", "", files=[sent.pk])
        self.thread, self.reader, self.browser = thread, reader, browser_of(owner)
        self.waiting = f"/files/waiting/?id={waits.pk}"

    def show(self, name: str) -> list[str]:
        """Each fragment in which the name stands: of the owner, and of staff, covered or not."""
        StoredFile.objects.update(name=name)
        shown = [self.browser.get(self.waiting).text, article(path_entries(self.thread)[0])]
        for cover in (str, plain):
            entry = path_entries(self.thread, cover)[0]
            (it,) = staff.with_staff(self.reader, self.thread, [entry], cover)
            shown.append(staff.article(it))
        return shown


@pytest.fixture
def place(ada: User, max: User) -> Place:
    return Place(ada, max)


def shapes(pages: list[str], name: str) -> list[Shape]:
    return [Outline(page, name).shape for page in pages]


@pytest.mark.parametrize("kind", sorted({payload.kind for payload in PAYLOADS}))
def test_no_name_of_a_file_adds_a_tag_or_an_attribute(place: Place, kind: str) -> None:
    expected = shapes(place.show(HARMLESS), HARMLESS)
    for payload in [each for each in PAYLOADS if each.kind == kind][:6]:
        assert shapes(place.show(name := short(payload)), name) == expected, payload.name


def test_the_place_shows_the_name_on_each_page(place: Place) -> None:
    assert all(HARMLESS in plain(page) for page in place.show(HARMLESS))


def test_a_hostile_name_is_no_header_of_its_own(ada: User) -> None:
    file = samples.uploaded(ada, b"Bees")
    for payload in PAYLOADS[::12]:
        StoredFile.objects.update(name=short(payload))
        told = browser_of(ada).get(f"/files/{file.pk}/").headers
        assert told["Content-Disposition"].startswith("attachment"), payload.name
        assert "\n" not in told["Content-Disposition"]


def a_text_of(payloads: list[Payload]) -> bytes:
    """As a text has them: without controls."""
    text = "\n".join(short(payload) for payload in payloads)
    return "".join(c for c in text if c.isprintable() or c == "\n").encode()


def test_the_words_of_a_file_stand_on_no_page(ada: User) -> None:
    file = samples.uploaded(ada, a_text_of(list(PAYLOADS)))
    thread = begin_conversation(ada, uuid.uuid4(), "Look", "", files=[file.pk])
    assert "top.pwned" not in browser_of(ada).get(f"/c/{thread.pk}/").text
    assert [part.html for part in path_entries(thread)[0].parts] == ["Look"]
    reply = browser_of(ada).get(f"/files/{file.pk}/text/")
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert reply.headers["Content-Security-Policy"].endswith("sandbox")
