"""What is masked stands nowhere in what a reviewer gets who may not uncover it."""

import uuid
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from chatapp.accounts.models import User
from chatapp.context.models import Summary
from chatapp.conversations.actions import rename
from chatapp.conversations.feedback import judge
from chatapp.conversations.handover import ask_for_person
from chatapp.conversations.models import Conversation, Message
from chatapp.review.actions import notes, takeovers
from chatapp.review.live import BesideFollower, StaffFollower
from chatapp.review.models import Macro
from chatapp.review.thread import mask_now
from tests.conftest import browser_of
from tests.review.conftest import take_everything_in
from tests.security.conftest import a_stopped_thread
from tests.security.matrix import PAGES, Thread, lines_of
from tests.security.test_canary import bodies
from tests.security.test_markup import let_messages_change
from tests.security.test_matrix import ask

pytestmark = pytest.mark.django_db
NAME = "vera.quintero"
SECRET = f"{NAME}@post.example"
WORDS = f"Please write to {SECRET} today"


@pytest.fixture
def thread(ada: User, sue: User, tim: User, max: User) -> Thread:
    """One of Ada's in which the address stands wherever somebody can have written it."""
    made = a_stopped_thread(ada)
    conversation = Conversation.objects.get(pk=made.conversation_id)
    answer = Message.objects.get(pk=made.message_id)
    let_messages_change()
    Message.objects.filter(role="user").update(text=WORDS)
    Message.objects.filter(pk=answer.pk).update(text=WORDS, content=content_of(WORDS))
    Summary.objects.update(text=WORDS)
    rename(conversation, WORDS)
    judge(answer, ada, "down", "other", WORDS)
    staff_quotes(conversation, answer, tim, max)
    ask_for_person(conversation.pk, ada, WORDS)
    take_everything_in()
    return made


def staff_quotes(conversation: Conversation, answer: Message, tim: User, max: User) -> None:
    notes.add_note(tim, conversation, f"@sue: “{WORDS}”")
    notes.add_note(tim, conversation, f"@sue: “{WORDS}”", answer)
    notes.mark(max, answer, "bad", words=(WORDS, WORDS))
    notes.flag_by_hand(tim, conversation, WORDS)
    takeovers.step_in(conversation.pk, tim, WORDS)
    takeovers.say(conversation.pk, tim, uuid.uuid4(), WORDS)
    takeovers.hand_back(conversation.pk, tim, WORDS)
    Macro.objects.create(name="Title", text="About {{title}}")


def content_of(text: str) -> list[dict[str, object]]:
    return [
        {"type": "text", "text": text},
        {"type": "thinking", "thinking": text},
        {"type": "tool_use", "id": "1", "name": "look", "input": {text: [text]}},
        {"type": "tool_result", "tool_use_id": "1", "content": text},
    ]


def asked(browser: Client, thread: Thread, **headers: str) -> list[tuple[str, str]]:
    """Each page and command of the support room."""
    found = []
    for line in lines_of(PAGES):
        for method in line["methods"].split(",") if line["page"].startswith("review:") else ():
            cache.clear()
            with transaction.atomic():
                answer = ask(browser, line["page"], method, thread, **headers)
                transaction.set_rollback(True)
            found.append((f"{method} {line['page']}", bodies(answer)))
    return found


def also_asked(browser: Client, thread: Thread) -> list[tuple[str, str]]:
    there, macro = f"threads/{thread.conversation_id}/", Macro.objects.get().pk
    paths = [f"{there}macro/?macro={macro}", f"{there}?leaf={thread.message_id}", "?view=all"]
    paths += [f"search/?{urlencode({'words': words})}" for words in ("write", "today", "-x")]
    return [(path, bodies(browser.get(f"/review/{path}"))) for path in paths]


def has_it(seen: list[tuple[str, str]]) -> list[str]:
    return [name for name, text in seen if NAME in text or "post.example" in text]


def test_no_page_or_command_of_the_support_room_has_it(sue: User, thread: Thread) -> None:
    browser = browser_of(sue)
    seen = also_asked(browser, thread)
    for headers in ({}, {"HX-Request": "true"}):
        seen += asked(browser, thread, **headers)
    assert has_it(seen) == []
    page = dict(seen)["GET review:show_thread"]
    assert page.count("[e-mail]") == 18
    assert "About Please write to [e-mail] today" in seen[0][1]


def test_no_frame_of_the_support_room_has_it(sue: User, thread: Thread) -> None:
    beside = BesideFollower(sue, thread.conversation_id)._read([thread.message_id])
    messages = StaffFollower(sue, thread.conversation_id, -1)._read(mask_now()).html
    assert has_it([("beside", beside), ("messages", messages)]) == []
    assert ("[e-mail]" in beside, "[e-mail]" in messages) == (True, True)


def test_who_may_uncover_sees_one_message_and_no_more(max: User, thread: Thread) -> None:
    browser = browser_of(max)
    uncovered = browser.post(f"/review/messages/{thread.message_id}/uncover/").text
    assert SECRET in uncovered
    assert SECRET not in browser.get(f"/review/threads/{thread.conversation_id}/").text
    assert (
        browser_of(max)
        .get(f"/review/threads/{thread.conversation_id}/export/")
        .text.count("[e-mail]")
        == 4
    )


def test_an_export_is_refused_without_the_right(sue: User, thread: Thread) -> None:
    address = f"/review/threads/{thread.conversation_id}/export/"
    assert browser_of(sue).get(address).status_code == 404


def hits(browser: Client, words: str) -> int:
    return browser.get(f"/review/search/?{urlencode({'words': words})}").text.count("#message-")


@pytest.mark.parametrize("words", [SECRET, f'"{SECRET}"', "vera", "write quintero", "post"])
def test_nothing_is_found_by_what_is_masked(sue: User, thread: Thread, words: str) -> None:
    assert hits(browser_of(sue), "write") == 3
    assert hits(browser_of(sue), words) == 0


@pytest.mark.parametrize("words", ["vera", "-vera", SECRET, "post.example"])
def test_nothing_is_told_by_what_is_missing(sue: User, thread: Thread, words: str) -> None:
    assert hits(browser_of(sue), f"write -{words.lstrip('-')}") == 3
    assert hits(browser_of(sue), "write -today") == 0
