"""Notes, what is kept, and the way back, as a page asks for them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chatapp.accounts.models import User
from chatapp.context.models import Protection, Summary
from chatapp.conversations.models import Conversation, Message
from tests.conftest import browser_of
from tests.context.trees import a_tree, added, compacted, text, with_turns

pytestmark = pytest.mark.usefixtures("small_marks")


@pytest.fixture
def tree(ada: User) -> Conversation:
    tree = a_tree(ada)
    added(tree, "user", text("My dog is Rex."))
    added(tree, "assistant", text("Noted. ".ljust(200, "z")))
    with_turns(tree, 8)
    return tree


@pytest.fixture
def ada_s_browser(ada: User) -> Client:
    return browser_of(ada)


def jobs() -> list[dict[str, str]]:
    found = ProcrastinateJob.objects.filter(task_name="context.compact")
    return list(found.values_list("args", flat=True))


def test_the_divider_stands_in_the_page_after_the_last_message_in_notes(
    tree: Conversation, ada_s_browser: Client
) -> None:
    compacted(tree)
    page = ada_s_browser.get(f"/c/{tree.pk}/").text
    last = Summary.objects.get().last_id
    assert page.index(f'id="message-{last}"') < page.index('id="memory"')
    assert page.count("<article") == 18
    assert f'data-after="message-{last}"' in page


def test_the_fragment_is_the_same_in_page_and_reply(
    tree: Conversation, ada_s_browser: Client
) -> None:
    compacted(tree)
    page = ada_s_browser.get(f"/c/{tree.pk}/").text
    reply = ada_s_browser.get(f"/c/{tree.pk}/notes/").text
    begin, end = page.index('<section id="memory"'), page.index("</section>", page.index("memory"))
    assert page[begin:end] in reply


def test_a_correction_comes_back_in_the_reply(tree: Conversation, ada_s_browser: Client) -> None:
    compacted(tree)
    row = Summary.objects.get()
    reply = ada_s_browser.post(f"/notes/{row.pk}/", {"text": "- The dog is Max."})
    assert "The dog is Max." in reply.text
    assert "corrected by ada@example.com" in reply.text
    assert ada_s_browser.post(f"/notes/{row.pk}/", {"text": "late"}).status_code == 409


def test_what_is_kept_stands_in_the_panel(tree: Conversation, ada_s_browser: Client) -> None:
    first = Message.objects.path_to(tree.current_leaf_id)[0]
    assert "My dog is Rex." in ada_s_browser.post(f"/messages/{first.pk}/keep/").text
    assert Protection.objects.get().by is not None
    ada_s_browser.post(f"/messages/{first.pk}/release/")
    assert not Protection.objects.exists()


def test_notes_are_made_by_hand_once(tree: Conversation, ada_s_browser: Client) -> None:
    for _ in range(3):
        assert ada_s_browser.post(f"/c/{tree.pk}/notes/new/").status_code == 204
    assert jobs() == [{"conversation_id": str(tree.pk), "occasion": "hand"}]


def test_typing_again_in_a_cold_conversation_asks_for_notes_once(
    tree: Conversation, ada_s_browser: Client
) -> None:
    assert ada_s_browser.post(f"/c/{tree.pk}/return/").status_code == 204
    assert jobs() == []
    Conversation.objects.update(active_at=timezone.now() - timedelta(minutes=6))
    for _ in range(2):
        assert ada_s_browser.post(f"/c/{tree.pk}/return/").status_code == 204
    assert jobs() == [{"conversation_id": str(tree.pk), "occasion": "return"}]


def test_typing_again_in_a_short_conversation_asks_for_nothing(
    ada: User, ada_s_browser: Client
) -> None:
    short = a_tree(ada)
    with_turns(short, 1)
    Conversation.objects.update(active_at=timezone.now() - timedelta(minutes=6))
    assert ada_s_browser.post(f"/c/{short.pk}/return/").status_code == 204
    assert jobs() == []


def test_coming_back_to_a_cold_conversation_asks_for_notes(
    tree: Conversation, ada_s_browser: Client
) -> None:
    ada_s_browser.get(f"/c/{tree.pk}/")
    assert jobs() == []
    Conversation.objects.update(active_at=timezone.now() - timedelta(minutes=6))
    ada_s_browser.get(f"/c/{tree.pk}/")
    assert jobs() == [{"conversation_id": str(tree.pk), "occasion": "return"}]
