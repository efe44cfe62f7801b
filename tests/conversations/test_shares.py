"""Shared links: what is in them, for how long, and for whom."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chatapp.accounts.actions import deactivate
from chatapp.accounts.models import User
from chatapp.conversations import actions
from chatapp.conversations.models import Conversation, Message, Share
from chatapp.conversations.shares import Terms, digest_of, revoke, share, shared
from chatapp.errors import Conflict, NotThere, Refused
from chatapp.generation.actions import send
from tests.conftest import a_conversation, a_thread, browser_of
from tests.conversations.telling import a_rich_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(ada: User) -> Conversation:
    return a_rich_thread(ada)


def page_of(token: str, client: Client | None = None) -> HttpResponse:
    response: HttpResponse = (client or Client()).get(f"/s/{token}/")
    return response


def test_a_stranger_reads_what_was_shared_and_nothing_else(thread: Conversation) -> None:
    _, token = share(thread, None, Terms())
    text = page_of(token).text
    for said in ("The question", "The answer", "A source", "A file was left out", "2 messages"):
        assert said in text
    for secret in ("Secret thoughts", "A tool said", "me.png", "ada@example.com"):
        assert secret not in text


def test_thinking_tools_and_the_name_are_there_when_ticked(thread: Conversation) -> None:
    User.objects.filter(pk=thread.owner_id).update(name="Ada L.")
    thread.owner.refresh_from_db()
    terms = Terms(with_name=True, with_thinking=True, with_tools=True)
    text = page_of(share(thread, None, terms)[1]).text
    for said in ("Secret thoughts", "A tool said", "a secret place", "Ada L."):
        assert said in text


def test_an_address_never_stands_in_for_a_name(thread: Conversation) -> None:
    _, token = share(thread, None, Terms(with_name=True))
    assert "ada@" not in page_of(token).text


def test_what_comes_later_is_not_in_it(thread: Conversation) -> None:
    _, token = share(thread, None, Terms())
    leaf = thread.current_leaf
    later = {"conversation": thread, "parent": leaf, "role": "user", "text": "A later question"}
    Conversation.objects.update(current_leaf=Message.objects.create(**later))
    actions.rename(Conversation.objects.get(pk=thread.pk), "Another title")
    text = page_of(token).text
    assert "later" not in text
    assert "Another title" not in text


def test_the_branch_ends_at_the_chosen_message(thread: Conversation) -> None:
    question = Message.objects.get(conversation=thread, role="user")
    made, token = share(thread, question.pk, Terms())
    assert made.message_count == 1
    assert "The answer" not in page_of(token).text


def test_an_answer_that_is_being_written_is_left_out(ada: User) -> None:
    made, _ = share(a_conversation(ada), None, Terms())
    assert [told["role"] for told in made.snapshot] == ["user"]


def test_nothing_is_nothing_to_share(ada: User) -> None:
    empty = Conversation.objects.create(owner=ada, model="m")
    with pytest.raises(Conflict):
        share(empty, None, Terms())


def test_a_message_of_another_thread_cannot_be_shared(thread: Conversation, ben: User) -> None:
    theirs = Message.objects.filter(conversation=a_thread(ben)).first()
    assert theirs
    for pk in (theirs.pk, uuid.uuid4()):
        with pytest.raises(NotThere):
            share(thread, pk, Terms())


def test_the_token_is_long_and_kept_nowhere(thread: Conversation) -> None:
    made, token = share(thread, None, Terms())
    row = Share.objects.filter(pk=made.pk).values().get()
    assert len(token) >= 43
    assert token not in str(row)
    assert row["digest"] == digest_of(token)


def ways_to_end() -> dict[str, str]:
    return {name: name for name in ("revoked", "expired", "deleted", "switched off", "inactive")}


@pytest.mark.parametrize("way", ways_to_end())
def test_a_link_that_ended_looks_like_one_that_never_was(
    thread: Conversation, settings: LazySettings, way: str
) -> None:
    made, token = share(thread, None, Terms(days=1))
    assert page_of(token).status_code == 200
    if way == "revoked":
        revoke(thread.owner, made.pk)
    elif way == "expired":
        Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif way == "deleted":
        actions.delete(thread)
    elif way == "inactive":
        deactivate(thread.owner)
    else:
        settings.ENV = replace(settings.ENV, sharing=False)
    ended, unknown = page_of(token), page_of("no-such-token")
    assert (ended.status_code, ended.content) == (404, unknown.content)
    assert dict(ended.headers) == dict(unknown.headers)


def test_a_link_ends_with_the_account_of_who_made_it(thread: Conversation) -> None:
    _, token = share(thread, None, Terms(days=None))
    thread.owner.delete()
    assert shared(token) is None


def test_the_time_is_counted_from_now(thread: Conversation) -> None:
    for days in (1, 7, 30):
        made, _ = share(thread, None, Terms(days=days))
        assert made.expires_at == made.created_at + timedelta(days=days)
    assert share(thread, None, Terms(days=None))[0].expires_at is None


def test_nobody_shares_where_that_is_switched_off(
    thread: Conversation, settings: LazySettings
) -> None:
    settings.ENV = replace(settings.ENV, sharing=False)
    with pytest.raises(Refused):
        share(thread, None, Terms())
    client = browser_of(thread.owner)
    assert client.get(f"/c/{thread.pk}/share/").status_code == 403
    assert "switched off" in client.get("/settings/shares/").text


def test_the_page_is_for_no_index_cache_or_cookie(thread: Conversation) -> None:
    response = page_of(share(thread, None, Terms())[1])
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies
    assert "<script" not in response.text


def test_a_link_that_leads_nowhere_sets_no_cookie_either(db: None) -> None:
    response = page_of("nothing")
    assert response.status_code == 404
    assert not response.cookies


def test_only_the_owner_revokes(thread: Conversation, ben: User) -> None:
    made, token = share(thread, None, Terms())
    with pytest.raises(NotThere):
        revoke(ben, made.pk)
    assert shared(token)


def test_revoking_twice_keeps_the_first_time(thread: Conversation) -> None:
    made, _ = share(thread, None, Terms())
    revoke(thread.owner, made.pk)
    first = Share.objects.get().revoked_at
    revoke(thread.owner, made.pk)
    assert Share.objects.get().revoked_at == first


def test_the_dialogue_says_what_will_be_in_it(thread: Conversation) -> None:
    text = browser_of(thread.owner).get(f"/c/{thread.pk}/share/").text
    for said in ("2 messages", "The thinking (1)", "Tools and their results (1)", "1 file is left"):
        assert said in text


def test_the_form_makes_a_link_that_works(thread: Conversation) -> None:
    form = {"days": "never", "with_tools": "on"}
    text = browser_of(thread.owner).post(f"/c/{thread.pk}/share/", form).text
    token = text.partition("/s/")[2].partition("/")[0]
    assert page_of(token).status_code == 200
    made = Share.objects.get()
    assert (made.expires_at, made.with_tools, made.with_thinking) == (None, True, False)


def test_a_time_that_is_not_offered_is_refused(thread: Conversation) -> None:
    client = browser_of(thread.owner)
    assert client.post(f"/c/{thread.pk}/share/", {"days": "9999"}).status_code == 422
    assert not Share.objects.exists()


def test_the_list_shows_each_link_and_its_end(thread: Conversation) -> None:
    share(thread, None, Terms(days=None))
    revoke(thread.owner, share(thread, None, Terms())[0].pk)
    text = browser_of(thread.owner).get("/settings/shares/").text
    assert text.count('class="transfer"') == 2
    assert "Works until you revoke it." in text
    assert "Revoked" in text


def test_somebody_else_goes_on_with_a_copy_of_their_own(thread: Conversation, ben: User) -> None:
    _, token = share(thread, None, Terms(with_tools=True))
    address = browser_of(ben).post(f"/s/{token}/continue/").url
    copy = Conversation.objects.visible_to(ben).get()
    assert address == f"/c/{copy.pk}/"
    path = Message.objects.path_to(copy.current_leaf_id)
    assert [(m.role, m.text) for m in path] == [
        ("user", "The question"),
        ("assistant", "The answer"),
    ]
    assert "The answer" in browser_of(ben).get(address).text
    assert send(ben, copy.pk, uuid.uuid4(), "And then?", "")


def test_nobody_goes_on_with_what_is_not_shared_any_more(thread: Conversation, ben: User) -> None:
    made, token = share(thread, None, Terms())
    revoke(thread.owner, made.pk)
    assert browser_of(ben).post(f"/s/{token}/continue/").status_code == 404
    assert not Conversation.objects.visible_to(ben).exists()
