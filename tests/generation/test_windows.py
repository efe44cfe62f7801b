"""A long thread is shown in parts: its end, what stands around one message, and the gaps."""

import re
import uuid
from collections.abc import Sequence
from html import unescape
from typing import Any

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.branches import keys_to
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import NotThere
from chatapp.generation.live import _read_changes
from chatapp.generation.windows import NEWEST, Shown, filled, html_of, newest, opened_at
from tests.conftest import a_thread, browser_of

ASKS = re.compile(r'hx-get="([^"]+)"')


def a_long_thread(owner: User, messages: int = 150) -> tuple[Conversation, list[Message]]:
    """Questions and answers in turn, each saying the number of its place."""
    conversation = Conversation.objects.create(owner=owner, model="m", title="Long")
    path: list[Message] = []
    for at in range(messages):
        role = "assistant" if at % 2 else "user"
        said = {"role": role, "text": f"n{at}", "content": [{"type": "text", "text": f"n{at}"}]}
        parent = path[-1] if path else None
        path.append(Message(conversation=conversation, parent=parent, **said))
    Message.objects.bulk_create(path)
    Conversation.objects.filter(pk=conversation.pk).update(current_leaf=path[-1])
    conversation.refresh_from_db()
    return conversation, path


def said(page: str) -> list[str]:
    return re.findall(r"\bn\d+\b", page)


def numbers(first: int, until: int) -> list[str]:
    return [f"n{at}" for at in range(first, until)]


def parts(shown: Shown) -> list[list[str]]:
    return [[entry.message.text for entry in stretch.entries] for stretch in shown.stretches]


def all_of(browser: Client, page: str) -> list[str]:
    """What one has read after going through the gap above, again and again."""
    read = said(page)
    while asked := ASKS.search(page[page.find('class="older"') :] if "older" in page else ""):
        page = browser.get(unescape(asked[1])).text
        read = said(page) + read
    return read


def test_a_thread_opens_with_its_newest_messages(ada: User) -> None:
    conversation, _ = a_long_thread(ada)
    page = browser_of(ada).get(f"/c/{conversation.pk}/").text
    assert said(page) == numbers(150 - NEWEST, 150)
    assert "Older messages" in page


def test_a_short_thread_has_no_gap_above_it(ada: User) -> None:
    conversation, _ = a_long_thread(ada, NEWEST)
    page = browser_of(ada).get(f"/c/{conversation.pk}/").text
    assert said(page) == numbers(0, NEWEST)
    assert "/older/" not in page


@pytest.mark.parametrize("messages", [NEWEST, NEWEST + 1, 2 * NEWEST, 150])
def test_the_way_up_shows_each_message_once(ada: User, messages: int) -> None:
    conversation, _ = a_long_thread(ada, messages)
    browser = browser_of(ada)
    page = browser.get(f"/c/{conversation.pk}/").text
    assert all_of(browser, page) == numbers(0, messages)


def test_the_whole_thread_is_shown_when_it_is_asked_for(ada: User) -> None:
    conversation, path = a_long_thread(ada)
    browser = browser_of(ada)
    assert said(browser.get(f"/c/{conversation.pk}/?all=1").text) == numbers(0, 150)
    rest = browser.get(f"/c/{conversation.pk}/older/?all=1&before={path[110].pk}").text
    assert said(rest) == numbers(0, 110)
    assert "/older/" not in rest


def test_a_page_opens_around_a_message_and_has_the_end_as_well(ada: User) -> None:
    conversation, path = a_long_thread(ada)
    shown = opened_at(conversation, path[50].pk)
    assert parts(shown) == [numbers(40, 61), numbers(110, 150)]
    above, between = (stretch.gap for stretch in shown.stretches)
    assert above
    assert between
    assert (above.before, above.after) == (path[40].pk, None)
    assert (between.before, between.after) == (path[110].pk, path[60].pk)


@pytest.mark.parametrize(("at", "first"), [(149, 110), (110, 100), (105, 95), (99, 89)])
def test_near_the_end_there_is_no_gap_below(ada: User, at: int, first: int) -> None:
    conversation, path = a_long_thread(ada)
    assert parts(opened_at(conversation, path[at].pk)) == [numbers(first, 150)]


def test_a_gap_between_fills_from_above(ada: User) -> None:
    conversation, path = a_long_thread(ada)
    stretch, seen = opened_at(conversation, path[50].pk).stretches[1], numbers(40, 61)
    while gap := stretch.gap:
        stretch = filled(conversation, gap.before, gap.after)
        seen += [entry.message.text for entry in stretch.entries]
    assert seen == numbers(40, 110)


def test_a_gap_that_is_filled_stands_where_messages_are_left_out(ada: User) -> None:
    conversation, path = a_long_thread(ada)
    above = html_of(filled(conversation, path[110].pk))
    between = html_of(filled(conversation, path[140].pk, path[5].pk))
    assert above.index("Older messages") < above.index(">n70<")
    assert between.index(">n45<") < between.index("Messages in between")


@pytest.mark.parametrize(("noted", "flags"), [(20, [True, False]), (90, [False, True])])
def test_the_divider_stands_above_what_follows_it(
    ada: User, noted: int, flags: Sequence[bool]
) -> None:
    conversation, path = a_long_thread(ada)
    shown = opened_at(conversation, path[50].pk, path[noted].pk)
    assert [stretch.is_below_notes for stretch in shown.stretches] == flags


@pytest.mark.parametrize(("noted", "is_below"), [(20, True), (109, True), (110, False)])
def test_the_divider_of_a_message_further_up_stands_first(
    ada: User, noted: int, is_below: bool
) -> None:
    conversation, path = a_long_thread(ada)
    assert newest(conversation, path[noted].pk).is_below_notes == is_below


def test_what_nobody_may_see_or_is_not_there_is_no_place(ada: User, ben: User) -> None:
    conversation, path = a_long_thread(ada, 60)
    _, others = a_long_thread(ben, 2)
    browser, older = browser_of(ada), f"/c/{conversation.pk}/older/"
    assert said(browser.get(older).text) == numbers(20, 60)
    for before in ("", "x", uuid.uuid4(), others[1].pk):
        assert browser.get(f"{older}?before={before}").status_code == 404
    assert browser_of(ben).get(f"{older}?before={path[50].pk}").status_code == 404
    with pytest.raises(NotThere):
        opened_at(conversation, others[0].pk)


@pytest.mark.parametrize("asked", ["x", "7b8f5b0e-1c53-4b7e-8f3a-000000000000"])
def test_a_link_to_a_message_that_is_gone_opens_the_thread(ada: User, asked: str) -> None:
    conversation, _ = a_long_thread(ada, 60)
    page = browser_of(ada).get(f"/c/{conversation.pk}/?message={asked}")
    assert said(page.text) == numbers(20, 60)


def a_left_branch(owner: User) -> tuple[Conversation, Message]:
    """A thread of two answers to one question, and the one it did not go on with."""
    conversation, path = a_long_thread(owner, 4)
    left = Message.objects.create(
        conversation=conversation,
        parent=path[0],
        role="assistant",
        text="n1001",
        content=[{"type": "text", "text": "n1001"}],
    )
    return conversation, left


def test_a_message_of_a_left_branch_is_shown_without_moving_the_thread(ada: User) -> None:
    conversation, left = a_left_branch(ada)
    page = browser_of(ada).get(f"/c/{conversation.pk}/?message={left.pk}").text
    assert said(page) == ["n0", "n1001"]
    assert "This is another branch" in page
    # Nothing that is said or heard there could belong to what is shown.
    assert 'id="composer"' not in page
    assert f'data-topics="conversation:{conversation.pk}' not in page
    leaf = conversation.current_leaf_id
    conversation.refresh_from_db()
    assert conversation.current_leaf_id == leaf


def test_the_thread_goes_on_from_a_left_branch_when_somebody_says_so(ada: User) -> None:
    conversation, left = a_left_branch(ada)
    browser, before = browser_of(ada), conversation.revision
    answer: Any = browser.post(f"/messages/{left.pk}/version/")
    conversation.refresh_from_db()
    assert conversation.current_leaf_id == left.pk
    assert conversation.path_revision == conversation.revision == before + 1
    assert 'id="composer"' in browser.get(answer.url).text


def test_ways_lead_through_one_thread_only(ada: User) -> None:
    conversation, path = a_long_thread(ada, 4)
    other = a_thread(ada)
    assert keys_to(conversation, path[3].pk) == [message.pk for message in path]
    assert keys_to(conversation, path[3].pk, path[2].pk) == [path[2].pk, path[3].pk]
    assert keys_to(other, path[3].pk) == []


def test_pages_that_must_begin_anew_get_the_newest_and_the_way_up(ada: User) -> None:
    conversation, _ = a_long_thread(ada)
    Conversation.objects.filter(pk=conversation.pk).update(revision=5, path_revision=5)
    changes = _read_changes([(conversation.pk, 1)])[conversation.pk, 1]
    assert changes.is_whole_log
    assert said(changes.html)[:NEWEST] == numbers(150 - NEWEST, 150)
    assert "Older messages" in changes.html


def test_only_what_is_handed_out_is_read(ada: User) -> None:
    conversation, path = a_long_thread(ada)
    newest_ones = Message.objects.path_to(conversation.current_leaf_id, 3)
    assert [message.text for message in newest_ones] == numbers(147, 150)
    assert len(Message.objects.path_to(path[-1].pk)) == 150
