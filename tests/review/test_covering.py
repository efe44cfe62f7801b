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
from chatapp.conversations.models import Conversation, Message, ReadRecord
from chatapp.generation import log, queue
from chatapp.generation.finish import Ending, finish
from chatapp.generation.log import Piece
from chatapp.generation.models import Run, Runner
from chatapp.live.threads import in_database
from chatapp.review.actions import notes, takeovers
from chatapp.review.live import BesideFollower, StaffFollower
from chatapp.review.models import Item, Macro
from chatapp.review.thread import mask_now
from tests.conftest import a_conversation, browser_of
from tests.review.conftest import in_queue, take_everything_in
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


def test_a_search_for_what_is_no_word_finds_nothing(sue: User, thread: Thread) -> None:
    assert [hits(browser_of(sue), words) for words in ("!!!", "-today", "-vera")] == [0, 1, 4]


def test_only_what_a_search_shows_is_on_record(sue: User, thread: Thread) -> None:
    before = ReadRecord.objects.count()
    hits(browser_of(sue), "vera")
    assert ReadRecord.objects.count() == before
    hits(browser_of(sue), "write")
    assert ReadRecord.objects.count() == before + 1


def test_a_colleague_s_corrected_answer_is_not_given_before_one_s_own_mark(
    sue: User, thread: Thread
) -> None:
    case = f"/review/messages/{thread.message_id}/case/"
    assert "Please write to [e-mail]" in reference_in(browser_of(sue).get(case).text)
    Item.objects.update(wants_two=True)
    assert reference_in(browser_of(sue).get(case).text) == ""


def reference_in(page: str) -> str:
    return (
        page.partition('name="reference"')[2].partition(">")[2].partition("</textarea")[0].strip()
    )


def a_growing_answer(owner: User) -> tuple[Runner, Run]:
    in_queue(a_conversation(owner))
    runner = Runner.objects.create()
    (run,) = queue.claim(runner.pk, 10)
    return runner, run


def write(runner: Runner, run: Run, kind: str, at: int, text: str) -> None:
    piece = Piece(run.pk, at, ("thinking", "text").index(kind), kind, text)
    log.write(runner.pk, [piece], {run.pk: "writing"})


def end(run: Run) -> None:
    content = [{"type": "thinking", "thinking": WORDS}, {"type": "text", "text": WORDS}]
    finish([Ending(run.pk, "done", content=content)])


@pytest.mark.django_db(transaction=True)
async def test_a_growing_answer_never_shows_the_beginning_of_what_is_masked(
    ada: User, sue: User
) -> None:
    runner, run = await in_database(a_growing_answer, ada)
    follower = StaffFollower(sue, run.conversation_id, -1)
    shown, at = await follower.frame(), 0
    for kind in ("thinking", "text"):
        for start in range(0, len(WORDS), 7):
            piece = WORDS[start : start + 7]
            await in_database(write, runner, run, kind, at, piece)
            at += len(piece)
            follower.hear({})
            shown += await follower.frame()
    assert "Please write to" in shown
    await in_database(end, run)
    follower.hear({"revision": 1_000})
    shown += await follower.frame()
    assert shown.count("[e-mail]") >= 3
    assert [word for word in ("vera", "quintero", "post.example") if word in shown] == []
