"""What the staff says among itself: no page, frame or error of a member's, no request has it."""

import dataclasses
import json
import uuid
from collections.abc import AsyncIterator

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.conversations.models import Conversation
from chatapp.generation.actions import send
from chatapp.generation.models import Run
from chatapp.live.hub import hub
from chatapp.live.threads import in_database
from chatapp.review import savedviews
from chatapp.review.actions import items, notes, takeovers
from chatapp.review.models import Item, Macro, Mention
from chatapp.usage.models import SentRequest
from tests.conftest import a_thread, browser_of
from tests.generation.test_way_of_one_message import a_runner, until
from tests.live.test_socket import frames, query
from tests.review.conftest import in_queue
from tests.security.conftest import a_stopped_thread
from tests.security.matrix import PAGES, Thread, lines_of
from tests.security.sockets import socket
from tests.security.test_canary import bodies, wrong_things
from tests.security.test_canary import frames as frames_of
from tests.security.test_matrix import asked_in_vain

CANARY = "canary-81c0de"


@pytest.fixture
async def fresh_hub() -> AsyncIterator[None]:
    yield
    await hub().stop()


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        settings.DRAIN_SECONDS = 0
        yield simulator


def staff_says(thread: Conversation, sue: User, tim: User) -> None:
    """The canary, wherever the staff may write but what it says to the owner."""
    answer = thread.messages.filter(role="assistant").latest("created_at")
    item = Item.objects.get(conversation=thread)
    notes.add_note(sue, thread, f"@tim, look: {CANARY}")
    notes.add_note(sue, thread, f"@ada@example.com @tim {CANARY}", answer)
    notes.mark(sue, answer, "bad", words=(f"Better: {CANARY}", f"Worse: {CANARY}"))
    notes.flag_by_hand(tim, thread, f"{CANARY} by hand")
    items.set_tags(item.pk, sue, [CANARY])
    Macro.objects.create(name=CANARY, text=CANARY, tags=[CANARY])
    savedviews.save(sue, CANARY, f"tag={CANARY}")
    takeovers.step_in(thread.pk, sue, f"Because of {CANARY}")
    takeovers.say(thread.pk, sue, uuid.uuid4(), "Hello, a person here.")
    assert [mention.person for mention in Mention.objects.all()] == [tim, tim]


@pytest.fixture
def thread(ada: User, sue: User, tim: User, settings: Settings) -> Thread:
    """Ada's, about which the staff has said everything, and may see what was sent."""
    settings.ENV = dataclasses.replace(settings.ENV, show_requests=True)
    made = a_stopped_thread(ada)
    staff_says(Conversation.objects.get(pk=made.conversation_id), sue, tim)
    return made


def pages_of(member: User, thread: Thread) -> list[tuple[str, str]]:
    """Each page and command, in its two ways; what a command changed is taken back."""
    browser, found = browser_of(member), []
    for line in lines_of(PAGES):
        for method in ("GET", "POST"):
            if "*" in line["methods"] or method in line["methods"]:
                cache.clear()
                name = f"{method} {line['page']}"
                found.append((name, bodies(asked_in_vain(browser, line["page"], method, thread))))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("is_over", [False, True], ids=["while a person is there", "afterwards"])
def test_no_page_frame_or_error_of_the_owner_has_it(
    ada: User, sue: User, thread: Thread, is_over: bool
) -> None:
    if is_over:
        takeovers.hand_back(thread.conversation_id, sue, "All is well.")
    seen = [*pages_of(ada, thread), *frames_of(ada, thread)]
    seen += wrong_things(browser_of(ada), thread)
    assert len(seen) > 100
    assert "Hello, a person here." in dict(seen)["GET chat:show_conversation"]
    assert [name for name, text in seen if CANARY in text] == []


@pytest.mark.django_db
def test_no_page_of_another_member_has_it(ben: User, thread: Thread) -> None:
    seen = [*pages_of(ben, thread), *wrong_things(browser_of(ben), thread)]
    assert [name for name, text in seen if CANARY in text] == []


@pytest.mark.django_db
def test_the_staff_reads_it(sue: User, tim: User, thread: Thread) -> None:
    found = {name for name, text in pages_of(tim, thread) if CANARY in text}
    assert found >= {"GET review:show_thread", "GET review:list_items", "GET review:list_mentions"}
    page = browser_of(tim).get(f"/review/threads/{thread.conversation_id}/").text
    assert page.count(CANARY) == 7


@pytest.mark.django_db(transaction=True)
async def test_no_frame_of_the_owner_s_sockets_has_it(
    fresh_hub: None, ada: User, sue: User, tim: User
) -> None:
    thread, browser = await in_database(lambda: (in_queue(a_thread(ada)), browser_of(ada)))
    async with socket(query(thread), browser) as one:
        assert (await one.wire.connect())[0]
        await frames(one, "Ask a person")
        await in_database(staff_says, thread, sue, tim)
        heard = await frames(one, "Hello, a person here.")
        await in_database(takeovers.hand_back, thread.pk, sue, "All is well.")
        heard += await frames(one, "Ask a person")
    assert CANARY not in heard


@pytest.mark.django_db(transaction=True)
async def test_no_request_to_claude_has_it(
    ada: User, sue: User, tim: User, claude: Simulator
) -> None:
    run = await in_database(asked_after_the_staff_spoke, ada, sue, tim)
    async with a_runner():
        assert (await until(run, "done", "failed")).state == "done"
    sent = [json.dumps(record.body) for record in claude.sent]
    sent += [kept.body.decode() async for kept in SentRequest.objects.all()]
    assert sum("Hello, a person here." in body for body in sent) == 2  # the answer's; and kept
    assert [body for body in sent if CANARY in body] == []


def asked_after_the_staff_spoke(ada: User, sue: User, tim: User) -> Run:
    thread = in_queue(a_thread(ada))
    staff_says(thread, sue, tim)
    takeovers.hand_back(thread.pk, sue, "All is well.")
    send(ada, thread.pk, uuid.uuid4(), "And now?", "")
    return Run.objects.live().get()
