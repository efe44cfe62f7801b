"""Each way to somebody's words writes one record of it, and gives nothing when it cannot."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, has_right
from chatapp.claude import Request
from chatapp.conversations.models import Conversation, Message, ReadRecord
from chatapp.generation.models import Run
from chatapp.review.live import StaffFollower
from chatapp.usage.ledger import Asking, open_call
from chatapp.workbench.models import Case, Replay, Result
from tests.conftest import a_prompt, a_thread, browser_of, flagged
from tests.security.conftest import corrected_notes

pytestmark = pytest.mark.django_db

WORDS = "lighthouse"
Way = Callable[[Client, Conversation], HttpResponse]


def answer_of(thread: Conversation) -> Message:
    return thread.messages.get(role="assistant")


WAYS: dict[str, Way] = {
    "the thread": lambda client, it: client.get(f"/review/threads/{it.pk}/"),
    "an export": lambda client, it: client.get(f"/review/threads/{it.pk}/export/"),
    "an uncovering": lambda client, it: client.post(
        f"/review/messages/{answer_of(it).pk}/uncover/"
    ),
    "a search": lambda client, it: client.get(f"/review/search/?words={WORDS}"),
    "a case": lambda client, it: client.get(f"/review/messages/{answer_of(it).pk}/case/"),
    "a case of an admin": lambda client, it: client.get(f"/admin/conversations/{it.pk}/case/"),
    "the notes": lambda client, it: client.get(f"/admin/conversations/{it.pk}/notes/"),
    "what Claude saw": lambda client, it: client.get(f"/runs/{Run.objects.get().pk}/request/"),
}


def made(thread: Conversation) -> Replay:
    """A replay with one result, of a case that Pat was given."""
    prompt, answer = a_prompt(), answer_of(thread)
    said = [{"role": "user", "content": [{"type": "text", "text": WORDS}]}]
    case = Case.objects.create(
        prompt=prompt,
        name="A",
        messages=said,
        answer=answer.text,
        person=thread.owner,
        conversation=thread,
    )
    replay = Replay.objects.create(version=prompt.versions.get())
    Result.objects.create(replay=replay, case=case, text=WORDS)
    return replay


COPIES: dict[str, Callable[[Replay], str]] = {
    "a case": lambda it: f"/admin/cases/{it.results.get().case_id}/",
    "a replay": lambda it: f"/admin/replays/{it.pk}/",
    "a replay, as a file": lambda it: f"/admin/replays/{it.pk}/results.csv",
}


@pytest.mark.parametrize("what", COPIES)
def test_copies_in_cases_are_on_record_too(lighthouse: Conversation, pat: User, what: str) -> None:
    answer = browser_of(pat).get(COPIES[what](made(lighthouse)))
    assert answer.status_code == 200
    record = ReadRecord.objects.get()
    assert (record.reader, record.owner, record.what) == (pat, lighthouse.owner, what)
    assert record.why.startswith("A case of Guide")


@pytest.mark.parametrize("what", COPIES)
def test_copies_are_not_shown_when_that_cannot_be_recorded(
    lighthouse: Conversation, no_records: None, pat: User, what: str
) -> None:
    client, replay = browser_of(pat), made(lighthouse)
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.get(COPIES[what](replay))
        transaction.set_rollback(True)
    assert answer.status_code == 500


@pytest.fixture
def lighthouse(ada: User) -> Conversation:
    """A flagged thread with words in its answer, its notes, and its request."""
    thread = flagged(a_thread(ada, "What is that?", f"A {WORDS}."))
    note = corrected_notes(answer_of(thread), ada)
    type(note).objects.update(text=f"- a {WORDS}")
    turns = [{"role": "user", "content": WORDS}]
    run = Run.objects.get()
    asking = Asking("answer", Request("m", turns, 9), ada.pk, thread.pk, run.pk)
    run.call = open_call(asking)
    run.save()
    return thread


@pytest.fixture
def no_records(lighthouse: Conversation) -> None:
    """The database takes no record of reading."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE conversations_readrecord ADD CONSTRAINT full_up CHECK (false) NOT VALID"
        )


@pytest.mark.parametrize("way", WAYS)
def test_each_way_leaves_exactly_one_record(lighthouse: Conversation, max: User, way: str) -> None:
    answer = WAYS[way](browser_of(max), lighthouse)
    assert (answer.status_code, WORDS in answer.text) == (200, True)
    record = ReadRecord.objects.get()
    assert (record.reader, record.owner, record.conversation) == (max, lighthouse.owner, lighthouse)
    assert record.why == "Flagged: A colleague"


@pytest.mark.parametrize("way", WAYS)
def test_no_way_gives_a_word_when_it_cannot_be_recorded(
    lighthouse: Conversation, no_records: None, max: User, way: str
) -> None:
    client = browser_of(max)
    client.raise_request_exception = False
    with transaction.atomic():
        answer = WAYS[way](client, lighthouse)
        transaction.set_rollback(True)
    assert (answer.status_code, WORDS in answer.text) == (500, False)


@pytest.mark.parametrize("way", WAYS)
def test_without_a_reason_there_is_nothing_to_read(
    lighthouse: Conversation, max: User, way: str
) -> None:
    connection.cursor().execute("DELETE FROM conversations_flag")
    answer = WAYS[way](browser_of(max), lighthouse)
    assert f"<mark>{WORDS}" not in answer.text
    assert f"A {WORDS}" not in answer.text
    assert not ReadRecord.objects.exists()


async def frame_of_follower(thread: Conversation, reader: User) -> str:
    return await StaffFollower(reader, thread.pk, 0).frame()


@pytest.mark.django_db(transaction=True)
async def test_a_socket_leaves_one_record_however_much_it_shows(
    lighthouse: Conversation, sue: User
) -> None:
    follower = StaffFollower(sue, lighthouse.pk, 0)
    assert WORDS in await follower.frame()
    follower.known = follower.since + 1
    await follower.frame()
    assert await ReadRecord.objects.acount() == 1


@pytest.mark.django_db(transaction=True)
async def test_a_socket_without_the_right_shows_nothing(
    lighthouse: Conversation, ben: User
) -> None:
    with pytest.raises(Exception, match="nothing here"):
        await frame_of_follower(lighthouse, ben)
    assert not await ReadRecord.objects.aexists()


def test_a_reason_is_asked_once_a_day_and_thread(ada: User, max: User) -> None:
    thread, other = a_thread(ada), a_thread(ada)
    admin = browser_of(max)
    page = f"/review/threads/{thread.pk}/"
    assert admin.get(page).url.startswith(f"{page}reason/?next=")
    assert admin.post(f"{page}reason/?next={page}", {"why": " "}).status_code == 422
    assert admin.post(f"{page}reason/?next={page}", {"why": "Ada called"}).url == page
    for _ in range(2):
        assert admin.get(page).status_code == 200
    assert set(ReadRecord.objects.values_list("why", flat=True)) == {"Ada called"}
    assert admin.get(f"/review/threads/{other.pk}/").status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE conversations_readrecord DISABLE TRIGGER reads_stay")
    ReadRecord.objects.update(at="2026-01-01T00:00:00Z")
    assert admin.get(page).status_code == 302


def test_a_way_back_leads_nowhere_else(ada: User, max: User) -> None:
    page = f"/review/threads/{a_thread(ada).pk}/"
    answer = browser_of(max).post(f"{page}reason/?next=https://evil.example/", {"why": "x"})
    assert answer.url == page


def test_who_reads_what_is_flagged_reads_nothing_else(ada: User, sue: User) -> None:
    support = browser_of(sue)
    thread = a_thread(ada)
    assert support.get(f"/review/threads/{thread.pk}/").status_code == 404
    flagged(thread)
    assert support.get(f"/review/threads/{thread.pk}/").status_code == 200


def test_rights_are_those_of_the_groups(ada: User, sue: User, max: User) -> None:
    thread = a_thread(ada)
    rights = {right: has_right(sue, right) for right in Right}
    assert [right for right, has in rights.items() if has] == [Right.READ_FLAGGED, Right.TAKE_OVER]
    assert all(has_right(max, right) for right in Right)
    Group.objects.get(name="support").permissions.clear()
    flagged(thread)
    assert browser_of(sue).get(f"/review/threads/{thread.pk}/").status_code == 404
    assert browser_of(sue).get("/review/").status_code == 404


@pytest.mark.parametrize("change", ["DELETE FROM", "TRUNCATE", "UPDATE"])
def test_nobody_can_remove_or_change_a_record(
    lighthouse: Conversation, sue: User, change: str
) -> None:
    browser_of(sue).get(f"/review/threads/{lighthouse.pk}/")
    statement = f"{change} conversations_readrecord"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(f"{statement} SET why = ''" if change == "UPDATE" else statement)


def test_a_record_outlives_the_conversation_and_both_people(
    lighthouse: Conversation, ada: User, sue: User
) -> None:
    browser_of(sue).get(f"/review/threads/{lighthouse.pk}/")
    lighthouse.delete()
    sue.delete()
    ada.delete()
    record = ReadRecord.objects.get()
    assert record.reader_name == "sue@example.com"
    assert (record.reader, record.owner, record.conversation) == (None, None, None)


def test_owners_see_who_read_what_and_when(lighthouse: Conversation, ada: User, sue: User) -> None:
    assert "Nobody so far" in browser_of(ada).get("/settings/reads/").text
    browser_of(sue).get(f"/review/threads/{lighthouse.pk}/")
    page = browser_of(ada).get("/settings/reads/").text
    assert "sue@example.com" in page
    assert "Flagged: A colleague" in page


def test_owners_see_nothing_of_others(lighthouse: Conversation, ben: User, sue: User) -> None:
    browser_of(sue).get(f"/review/threads/{lighthouse.pk}/")
    assert "sue@example.com" not in browser_of(ben).get("/settings/reads/").text


def test_admins_see_all_reads_page_by_page(lighthouse: Conversation, max: User, sue: User) -> None:
    for _ in range(101):
        ReadRecord.objects.create(reader=sue, reader_name=sue.email, what="x", why="y")
    admin = browser_of(max)
    first = admin.get("/review/reads/?person=sue")
    assert first.text.count("<tr>") == 101
    assert 'rel="next"' in first.text
    last = ReadRecord.objects.order_by("-pk")[99].pk
    assert admin.get(f"/review/reads/?before={last}").text.count("<tr>") == 2
