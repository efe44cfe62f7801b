"""Notes of the staff: for colleagues alone, who are told when they are named."""

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict
from chatapp.review.actions.notes import add_note, delete_note, mentioned
from chatapp.review.models import Item, Mention, Note
from tests.conftest import browser_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def test_a_note_stands_beside_the_thread_and_one_at_its_message(
    thread: Conversation, answer: Message, sue: User, tim: User
) -> None:
    client = browser_of(sue)
    side = client.post(f"/review/threads/{thread.pk}/notes/", {"text": "On **all**"}, headers=HTMX)
    part = client.post(f"/review/messages/{answer.pk}/notes/", {"text": "On this"})
    assert "<strong>all</strong>" in side.text
    assert f'<div id="staff-{answer.pk}"' in part.text
    page = browser_of(tim).get(f"/review/threads/{thread.pk}/").text
    for text in ("<strong>all</strong>", "On this", "sue@example.com"):
        assert text in page


@pytest.mark.parametrize(("text", "status"), [(" ", 422), ("x" * 2_001, 413)])
def test_a_note_says_something_and_not_too_much(
    thread: Conversation, sue: User, text: str, status: int
) -> None:
    answer = browser_of(sue).post(f"/review/threads/{thread.pk}/notes/", {"text": text})
    assert (answer.status_code, Note.objects.exists()) == (status, False)


def test_quotes_in_notes_are_masked(thread: Conversation, sue: User) -> None:
    add_note(sue, thread, "They wrote from ada@private.example")
    page = browser_of(sue).get(f"/review/threads/{thread.pk}/").text
    assert "They wrote from [e-mail]" in page


@pytest.mark.parametrize("text", ["@tim look", "Ask @tim@example.com.", "(@Tim)", "hi @TimTaylor"])
def test_colleagues_are_named_by_address_or_name(sue: User, tim: User, text: str) -> None:
    User.objects.filter(pk=tim.pk).update(name="Tim Taylor")
    assert mentioned(text) == [tim]


@pytest.mark.parametrize("text", ["tim", "a@tim", "@ada", "@nobody", "tim@example.com"])
def test_nobody_else_is_named(ada: User, sue: User, tim: User, text: str) -> None:
    assert mentioned(text) == []


def test_who_is_named_is_told_until_they_look(
    thread: Conversation, sue: User, tim: User, item: Item
) -> None:
    add_note(sue, thread, "@tim please, and I (@sue) as well")
    assert Mention.objects.get().person == tim
    client = browser_of(tim)
    assert 'Mentions <span class="tag tag-strong">1</span>' in client.get("/review/").text
    assert "please, and I" in client.get("/review/mentions/").text
    assert "tag-strong" not in client.get("/review/mentions/").text
    assert Mention.objects.get().seen_at


def test_a_mention_of_what_one_may_not_read_any_more_shows_nothing(
    thread: Conversation, sue: User, tim: User
) -> None:
    add_note(sue, thread, "@tim please")
    tim.groups.clear()
    assert browser_of(tim).get("/review/mentions/").status_code == 404


def test_a_note_is_deleted_by_who_wrote_it(thread: Conversation, sue: User, tim: User) -> None:
    note = add_note(sue, thread, "Oh")
    with pytest.raises(Conflict):
        delete_note(note, tim)
    answer = browser_of(sue).post(f"/review/notes/{note.pk}/delete/", headers=HTMX)
    assert (answer.status_code, Note.objects.exists()) == (200, False)


def test_the_owner_never_sees_a_note(
    thread: Conversation, answer: Message, ada: User, sue: User
) -> None:
    add_note(sue, thread, "canary one")
    add_note(sue, thread, "canary two", answer)
    owner = browser_of(ada)
    for address in (f"/c/{thread.pk}/", "/", "/settings/reads/", f"/messages/{answer.pk}/text/"):
        assert "canary" not in owner.get(address).text
