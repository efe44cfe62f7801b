"""Temporary chats: unseen wherever conversations are looked through, and gone after a day."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.chat.tasks import delete_batch
from chatapp.conversations import actions
from chatapp.conversations.handover import ask_for_person, withdraw_request
from chatapp.conversations.models import Conversation, Flag, Message
from chatapp.conversations.search import Search, hits
from chatapp.conversations.wishes import Wishes
from chatapp.generation.actions import begin_conversation
from chatapp.review.intake import take_in
from chatapp.review.models import Item, Room
from chatapp.review.search import found
from tests.conftest import a_thread, answered, browser_of, flagged

pytestmark = pytest.mark.django_db


def a_temporary(owner: User, text: str = "A secret of mine") -> Conversation:
    wishes = Wishes(is_temporary=True)
    conversation = begin_conversation(owner, uuid.uuid4(), text, "", wishes=wishes)
    answered(conversation, "Noted.")
    return conversation


def gone_by(conversation: Conversation) -> None:
    """Have its day be over."""
    past = timezone.now() - timedelta(minutes=1)
    Conversation.objects.filter(pk=conversation.pk).update(expires_at=past)


def taken_in() -> None:
    while take_in():
        pass


def resolve() -> None:
    Item.objects.update(status=Item.Status.RESOLVED, resolved_at=timezone.now())


def test_a_temporary_chat_lasts_a_day(ada: User) -> None:
    conversation = a_temporary(ada)
    assert conversation.expires_at is not None
    left = conversation.expires_at - conversation.created_at
    assert timedelta(hours=23, minutes=59) < left < timedelta(hours=24, minutes=1)


def test_it_is_in_no_list_and_opens_by_its_address(ada: User) -> None:
    conversation, browser = a_temporary(ada), browser_of(ada)
    for address in ("/", "/conversations/", "/conversations/?q=secret", "/usage/"):
        assert str(conversation.pk) not in browser.get(address).text
    assert "A secret of mine" in browser.get(f"/c/{conversation.pk}/").text


def test_no_search_finds_it_until_it_is_kept(ada: User) -> None:
    conversation, mine = a_temporary(ada), Conversation.objects.visible_to(ada)
    assert not hits(Search("secret"), mine).hits
    actions.keep(conversation)
    assert len(hits(Search("secret"), mine).hits) == 1


def test_reviewers_do_not_find_it_either(ada: User, max: User) -> None:
    thread = a_temporary(ada)
    assert found(max, Search(words="secret"))[0] == []
    other = flagged(a_thread(ada))
    taken_in()
    page = browser_of(max).get(f"/review/threads/{other.pk}/").text
    assert str(thread.pk) not in page


def test_no_sample_is_drawn_from_it(ada: User) -> None:
    Room.objects.update_or_create(pk=Room.now().pk, defaults={"sample_percent": Decimal(100)})
    temporary, other = a_temporary(ada), a_thread(ada)
    taken_in()
    sampled = Flag.objects.filter(kind=Flag.Kind.SAMPLE)
    assert set(sampled.values_list("conversation", flat=True)) == {other.pk}
    assert temporary.pk != other.pk


def test_it_goes_when_its_day_is_over_and_not_before(ada: User) -> None:
    over, living, other = a_temporary(ada), a_temporary(ada), a_thread(ada)
    gone_by(over)
    assert delete_batch() == 1
    assert set(Conversation.objects.all()) == {living, other}
    assert not Message.objects.filter(conversation=over.pk).exists()
    assert delete_batch() == 0


def test_one_that_is_kept_does_not_go(ada: User) -> None:
    conversation = a_temporary(ada)
    gone_by(conversation)
    conversation.refresh_from_db()
    actions.keep(conversation)
    assert delete_batch() == 0
    assert Conversation.objects.listed().get() == conversation


def test_a_flagged_one_stays_until_its_item_is_resolved(ada: User) -> None:
    conversation = flagged(a_temporary(ada))
    gone_by(conversation)
    assert delete_batch() == 0
    taken_in()
    assert delete_batch() == 0
    resolve()
    assert delete_batch() == 1


def test_one_in_which_a_person_is_wanted_stays(ada: User) -> None:
    conversation = a_temporary(ada)
    ask_for_person(conversation.pk, ada)
    gone_by(conversation)
    taken_in()
    resolve()
    assert delete_batch() == 0
    withdraw_request(conversation.pk)
    assert delete_batch() == 1


def test_its_page_says_how_long_it_is_kept(ada: User) -> None:
    conversation, browser = a_temporary(ada), browser_of(ada)
    assert "gone after" in browser.get(f"/c/{conversation.pk}/").text
    flagged(conversation)
    taken_in()
    assert "until the support team is done" in browser.get(f"/c/{conversation.pk}/").text
    resolve()
    assert "gone after" in browser.get(f"/c/{conversation.pk}/").text
