"""What other pages are sent when another branch is shown, and what they are spared."""

import re
from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.generation.live import _read_changes
from chatapp.review.live import StaffFollower
from chatapp.review.masking import Mask
from tests.conftest import a_thread, answered, browser_of, flagged
from tests.generation.trees import edited, post, said, send, with_turns


@pytest.fixture
def thread(ada: User) -> Conversation:
    return with_turns(ada, ("One?", "One."), ("Two?", "Two."))


def told(thread: Conversation, since: int) -> str:
    """What a page gets that has seen that revision."""
    return _read_changes([(thread.pk, since)])[thread.pk, since].html


def articles(html: str) -> list[str]:
    return re.findall(r'<article id="message-([\w-]+)"', html)


def test_another_page_gets_the_whole_log_of_the_branch(ada: User, thread: Conversation) -> None:
    since = thread.revision
    edited(ada, said(thread, "Two?"), "Deux?", "Deux.")
    html = told(thread, since)
    names = ("One?", "One.", "Deux?", "Deux.")
    assert articles(html) == [str(said(thread, name).pk) for name in names]
    assert 'data-frame="log"' in html


def test_reply_and_frame_are_the_same_log(ada: User, thread: Conversation) -> None:
    since = thread.revision
    edited(ada, said(thread, "Two?"), "Deux?", "Deux.")
    reply = post(ada, f"/messages/{said(thread, 'Two?').pk}/version/").text
    log = reply[: reply.index("</template>")]
    assert log.startswith('<template data-frame="log" data-revision="')
    assert log in told(thread, since)


def test_an_answer_on_a_branch_that_is_not_shown_comes_to_no_page(
    ada: User, thread: Conversation
) -> None:
    edited(ada, said(thread, "Two?"), "Deux?")
    post(ada, f"/messages/{said(thread, 'Two?').pk}/version/")
    thread.refresh_from_db()
    since = thread.revision
    answered(thread, "Deux.")
    html = told(thread, since)
    assert articles(html) == []
    assert f'data-value="{since + 1}"' in html


def test_an_older_message_that_changed_comes_alone(ada: User, thread: Conversation) -> None:
    since = thread.revision
    browser_of(ada).post(f"/messages/{said(thread, 'One.').pk}/feedback/", {"verdict": "up"})
    assert articles(told(thread, since)) == [str(said(thread, "One.").pk)]


def test_reviewers_are_not_sent_what_the_owner_does_not_see(
    ada: User, sue: User, thread: Conversation
) -> None:
    flagged(thread)
    edited(ada, said(thread, "Two?"), "Deux?")
    post(ada, f"/messages/{said(thread, 'Two?').pk}/version/")
    thread.refresh_from_db()
    follower = StaffFollower(sue, thread.pk, thread.revision)
    answered(thread, "Deux.")
    assert articles(follower._read(Mask()).html) == []


def test_what_waits_comes_with_the_news(ada: User, thread: Conversation) -> None:
    send(ada, thread, "Three?")
    thread.refresh_from_db()
    since = thread.revision
    send(ada, thread, "Four?")
    assert "Four?" in told(thread, since)
    answered(thread, "Three.")
    html = told(thread, since)
    assert "waiting-message" not in html
    assert str(said(thread, "Four?").pk) in articles(html)


def test_many_watchers_cost_no_more_queries_than_one(
    ada: User, thread: Conversation, django_assert_max_num_queries: Any
) -> None:
    threads = [thread, *(a_thread(ada) for _ in range(6))]
    for each in threads:
        answer = each.messages.order_by("created_at").filter(role="assistant")[0]
        browser_of(ada).post(f"/messages/{answer.pk}/feedback/", {"verdict": "up"})
        send(ada, each, "More?")
        send(ada, each, "And more?")
    with django_assert_max_num_queries(10):
        found = _read_changes([(each.pk, 2) for each in threads])
    assert all("And more?" in changes.html for changes in found.values())
