"""Renaming, pinning, archiving; what is kept of what people type; who sees what."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.conversations import actions
from chatapp.conversations.access import visible_conversation, visible_message
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import NotThere, TooLarge, Unusable
from tests.conftest import a_thread


def test_everyone_sees_their_own_and_nothing_else(ada: User, ben: User, max: User) -> None:
    conversation = a_thread(ada)
    assert list(Conversation.objects.visible_to(ada)) == [conversation]
    for other in (ben, max):
        assert not Conversation.objects.visible_to(other).exists()
        assert not Message.objects.visible_to(other).exists()
        with pytest.raises(NotThere):
            visible_conversation(other, conversation.pk)


def test_someone_who_was_switched_off_sees_nothing(ada: User) -> None:
    message = a_thread(ada).current_leaf
    ada.is_active = False
    assert message is not None
    with pytest.raises(NotThere):
        visible_message(ada, message.pk)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("a\r\nb", "a\nb"), ("  a \n", "a"), ("a\x00b", "ab"), ("e\u0301 🙂", "e\u0301 🙂")],
)
def test_text_is_kept_as_typed_but_for_what_cannot_be(typed: str, kept: str) -> None:
    assert actions.checked_text(typed) == kept


@pytest.mark.parametrize("typed", ["", "  \n", "\x00"])
def test_nothing_is_not_a_message(typed: str) -> None:
    with pytest.raises(Unusable):
        actions.checked_text(typed)


def test_a_text_over_the_limit_is_refused_with_both_numbers(settings: Settings) -> None:
    settings.MESSAGE_MAX_CHARACTERS = 1000
    assert actions.checked_text("x" * 1000)
    with pytest.raises(TooLarge, match=r"1,001.*1,000"):
        actions.checked_text("x" * 1001)


def test_a_first_title_is_cut_between_words() -> None:
    assert actions.first_words("Why is  the sky\nblue?") == "Why is the sky blue?"
    title = actions.first_words("word " * 40)
    assert title.endswith("word…")
    assert len(title) <= 61


def test_a_title_is_one_line_of_some_length(ada: User) -> None:
    conversation = a_thread(ada)
    actions.rename(conversation, "  My\n title ")
    assert Conversation.objects.get().title == "My title"
    with pytest.raises(Unusable):
        actions.rename(conversation, " \x00 ")


def test_pinning_and_archiving_can_be_taken_back(ada: User) -> None:
    conversation = a_thread(ada)
    for change in (actions.pin, actions.archive):
        change(conversation, on=True)
        change(conversation, on=False)
    row = Conversation.objects.get()
    assert (row.pinned_at, row.archived_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_get_revisions_of_their_own(ada: User) -> None:
    conversation = a_thread(ada)
    given: list[int] = []
    barrier = threading.Barrier(6)

    def change(_: int) -> None:
        barrier.wait()
        with transaction.atomic():
            row = actions.locked(conversation.pk)
            given.append(actions.announce(row))
            row.save(update_fields=["revision"])
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(6)))
    assert sorted(given) == list(range(min(given), min(given) + 6))
    assert Conversation.objects.get().revision == max(given)
