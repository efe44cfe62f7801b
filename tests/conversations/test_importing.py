"""Bringing conversations along: each once, whole, and whatever the file holds."""

import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations import actions, transfers
from chatapp.conversations.exporting.json import as_data, document
from chatapp.conversations.feedback import judge
from chatapp.conversations.importing import file as reading
from chatapp.conversations.importing import write as writing
from chatapp.conversations.importing.told import ToldMessage, in_order
from chatapp.conversations.importing.work import take_in
from chatapp.conversations.models import Conversation, Feedback, Message, Transfer
from chatapp.generation.actions import send
from tests.conftest import browser_of
from tests.conversations.made_exports import chatgpt, claude, node, said
from tests.conversations.telling import a_rich_thread

pytestmark = pytest.mark.django_db
# What a reader of JSON may trip over. The index of each is its place in the file.
BROKEN: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    {"mapping": {}},
    {"mapping": []},
    {"chat_messages": []},
    {"messages": [], "id": "x"},
    {"mapping": {"a": {"message": {"author": None, "content": "x"}}}, "id": "x"},
    {"chat_messages": [{"sender": "human", "text": "No id"}]},
    {"messages": [{"role": "user", "text": "No id"}], "id": "x"},
    {"chat_messages": [{"sender": "human", "text": "x", "uuid": "1"}], "uuid": "x" * 300},
]


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def begun(owner: User, data: object, name: str = "conversations.json") -> Transfer:
    """An import that waits; of bytes as they are, of anything else as JSON."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return transfers.begin_import(owner, ContentFile(body, name))


def imported(owner: User, data: object) -> Transfer:
    transfer = begun(owner, data)
    taken = transfers.take(transfer.pk)
    assert taken
    steps = take_in(taken)
    with TestCase.captureOnCommitCallbacks(execute=True):
        while transfers.go_on(taken, steps):
            pass
    transfer.refresh_from_db()
    assert not transfer.is_live
    return transfer


def counts(transfer: Transfer) -> tuple[int, int, int]:
    return transfer.added, transfer.skipped, transfer.refused


def path(thread: Conversation) -> list[tuple[str, str]]:
    return [(m.role, m.text) for m in Message.objects.path_to(thread.current_leaf_id)]


def a_tree(owner: User) -> Conversation:
    """With two branches, a thumb, thinking and a tool."""
    thread = a_rich_thread(owner, title="A tree")
    question, answer = Message.objects.filter(conversation=thread).order_by("created_at")
    Message.objects.create(
        conversation=thread,
        parent=question,
        role="assistant",
        text="Other",
        content=[{"type": "text", "text": "Other"}],
        status="stopped",
    )
    judge(answer, owner, "up", "helpful", "Thanks")
    actions.pin(thread, on=True)
    return Conversation.objects.get(pk=thread.pk)


def bare(data: dict[str, Any]) -> Any:
    """Without ids, and with the file's name in words: what an export and its import share."""
    ids = {m["id"]: at for at, m in enumerate(data["messages"])}
    messages = [
        {**m, "id": ids[m["id"]], "parent": ids.get(m["parent"]), "feedback": None}
        for m in data["messages"][1:]
    ]
    thumbs = [m["feedback"] and m["feedback"]["comment"] for m in data["messages"]]
    kept = {key: data[key] for key in ("title", "model", "created_at", "active_at", "pinned_at")}
    return kept, messages, thumbs, ids[data["current_message"]]


def test_our_own_file_brings_all_back(ada: User, ben: User) -> None:
    thread = a_tree(ada)
    transfer = imported(ben, "".join(document([thread])).encode())
    assert counts(transfer) == (1, 0, 0)
    copy = Conversation.objects.visible_to(ben).get()
    assert bare(as_data(copy)) == bare(as_data(thread))
    assert path(copy) == [("user", "[image: me.png]\n\nThe question"), ("assistant", "The answer")]
    assert Feedback.objects.filter(person=ben, verdict="up", reason="helpful").count() == 1


def test_what_is_still_there_does_not_come_twice(ada: User) -> None:
    file = "".join(document([a_rich_thread(ada)])).encode()
    assert counts(imported(ada, file)) == (0, 1, 0)


def test_what_was_deleted_comes_back(ada: User) -> None:
    thread = a_rich_thread(ada)
    file = "".join(document([thread])).encode()
    actions.delete(thread)
    assert counts(imported(ada, file)) == (1, 0, 0)
    actions.delete(Conversation.objects.get())
    assert counts(imported(ada, file)) == (1, 0, 0)


def test_chatgpt_comes_with_branches_models_times_and_title(ada: User) -> None:
    assert counts(imported(ada, [chatgpt()])) == (1, 0, 0)
    thread = Conversation.objects.get()
    assert path(thread) == [
        ("user", "First question"),
        ("assistant", "Let me look.\n\nHere it is."),
        ("user", "[image: file-1]\n\nAnd this?"),
        ("assistant", "A cat."),
    ]
    assert Message.objects.filter(text="An earlier answer").exists()
    assert thread.title == "Of cats"
    assert thread.created_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert Message.objects.get(text="A cat.").model == "gpt-4o"
    assert not Message.objects.filter(text__contains="hidden").exists()


def test_claude_comes_with_attachments_in_words(ada: User) -> None:
    assert counts(imported(ada, [claude()])) == (1, 0, 0)
    thread = Conversation.objects.get()
    assert path(thread) == [
        ("user", "Read this\n\n[file: a.txt]\n\nWhat is in it\n\n[image: b.png]"),
        ("assistant", "I did."),
    ]
    assert thread.title == "Reading"
    assert thread.active_at == datetime(2025, 5, 2, 10, tzinfo=UTC)


def test_one_goes_on_with_what_was_imported(ada: User) -> None:
    imported(ada, [chatgpt(), claude()])
    for thread in Conversation.objects.all():
        assert browser_of(ada).get(f"/c/{thread.pk}/").status_code == 200
        assert send(ada, thread.pk, Message().pk, "And then?", "")


def test_the_same_file_twice_brings_nothing(ada: User, ben: User) -> None:
    data = [chatgpt(), claude(), chatgpt(), claude(key="another")]
    assert counts(imported(ada, data)) == (3, 1, 0)
    assert Conversation.objects.visible_to(ada).count() == 3
    assert counts(imported(ada, data)) == (0, 4, 0)
    assert counts(imported(ben, data[:2])) == (2, 0, 0)


def test_what_has_grown_is_left_as_it_is(ada: User) -> None:
    imported(ada, [claude()])
    grown = claude()
    grown["chat_messages"].append({"uuid": "3", "sender": "human", "text": "More"})
    assert counts(imported(ada, [grown])) == (0, 1, 0)
    assert not Message.objects.filter(text="More").exists()


def test_what_cannot_be_read_is_told_and_the_rest_comes(ada: User) -> None:
    transfer = imported(ada, [*BROKEN, claude()])
    assert counts(transfer) == (1, 0, len(BROKEN))
    assert [problem["at"] for problem in transfer.problems] == list(range(1, len(BROKEN) + 1))
    assert all(problem["why"] for problem in transfer.problems)


def test_the_report_is_a_table_too(ada: User) -> None:
    transfer = imported(ada, [{"title": "=1+1", "chat_messages": []}])
    client = browser_of(ada)
    assert (
        "1,'=1+1,it has no messages"
        in client.get(f"/settings/transfers/{transfer.pk}/report/").text
    )
    assert "it has no messages" in client.get("/settings/transfers/").text


def test_problems_are_counted_beyond_those_that_are_kept(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatapp.conversations.importing.work.MOST_PROBLEMS", 3)
    transfer = imported(ada, [{}] * 5)
    assert (transfer.refused, len(transfer.problems)) == (5, 3)


NO_FILES = {
    "empty": b" ",
    "no json": b"Hello!",
    "another json": b'{"a": [1, 2]}',
    "a number": b"1",
    "a newer version": b'{"format": "chatapp.conversations", "version": 2, "conversations": []}',
    "another format": b'{"format": "x", "version": 1, "conversations": [{}]}',
    "no utf-8": b'["\xff\xfe"]',
    "a broken archive": b"PK\x03\x04 nothing",
}


@pytest.mark.parametrize("name", NO_FILES)
def test_a_file_of_another_kind_is_refused_in_words(ada: User, name: str) -> None:
    transfer = imported(ada, NO_FILES[name])
    assert transfer.added == 0
    assert transfer.error or transfer.problems
    assert "wrong here" not in transfer.error


def test_a_file_that_breaks_off_keeps_what_came_before(ada: User) -> None:
    whole = json.dumps([claude(), claude(key="2")]).encode()
    transfer = imported(ada, whole[:-200])
    assert counts(transfer) == (1, 0, 1)
    assert "broken" in transfer.problems[0]["why"]


def zipped(data: bytes, name: str = "conversations.json") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", "[]")
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("name", ["conversations.json", "a folder/conversations.json"])
def test_an_archive_is_read_without_being_unpacked(ada: User, name: str) -> None:
    data = json.dumps([claude()]).encode()
    assert counts(imported(ada, zipped(data, name))) == (1, 0, 0)


def test_an_archive_without_conversations_says_so(ada: User) -> None:
    transfer = imported(ada, zipped(b"[]", "other.json"))
    assert "no conversations.json" in transfer.error


def test_an_archive_that_is_a_bomb_is_refused(ada: User) -> None:
    transfer = imported(ada, zipped(b"[" + b" " * 3_000_000 + b"]"))
    assert "unpacks to far more" in transfer.error


def test_our_archive_of_everything_can_be_imported(ada: User, ben: User) -> None:
    data = "".join(document([a_rich_thread(ada)])).encode()
    assert counts(imported(ben, zipped(data))) == (1, 0, 0)


@pytest.mark.parametrize("limit", ["MOST_CHARACTERS", "MOST_EVENTS", "MOST_DEPTH"])
def test_one_that_is_too_large_is_passed_over(
    ada: User, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(reading, limit, 200)
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    large = {"uuid": "1", "chat_messages": [], "more": "x" * 300, "deep": deep}
    transfer = imported(ada, [large, {"uuid": "2", "chat_messages": []}])
    assert [problem["why"] for problem in transfer.problems] == [
        "it is too large",
        "it has no messages",
    ]


NASTY_TEXTS = ["a\x00b", "\ud800 half", "x" * 1_100_000, "\u202e", "<script>alert(1)</script>"]


@pytest.mark.parametrize("at", range(len(NASTY_TEXTS)))
def test_no_text_of_a_file_breaks_anything(ada: User, at: int) -> None:
    text = NASTY_TEXTS[at]
    named = claude(name=text)
    named["chat_messages"][1] = {"uuid": text, "sender": "assistant", "text": text}
    ours_file = {
        "format": "chatapp.conversations",
        "version": 1,
        "conversations": [{"id": "1", "title": text, "messages": [ours_message(text)]}],
    }
    for data in ([named], [chatgpt(title=text, answer=text)], ours_file):
        assert counts(imported(ada, data)) == (1, 0, 0)
    for thread in Conversation.objects.all():
        page = browser_of(ada).get(f"/c/{thread.pk}/")
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def ours_message(text: str) -> dict[str, Any]:
    blocks = [
        {"type": "text", "text": text},
        {"type": "text"},
        {"type": "tool_use", "id": "1", "name": text, "input": {text: [text, 1.5, 1e300]}},
        {"type": "tool_result", "tool_use_id": "1", "content": text},
        {"type": "unheard of", "text": text},
        "no block",
    ]
    return {"id": "a", "role": "assistant", "text": text, "content": blocks, "seams": [99, "x"]}


def test_blocks_that_are_not_what_they_say_are_left_out(ada: User) -> None:
    conversation = {"id": "1", "title": "", "messages": [ours_message("A text")]}
    file = {"format": "chatapp.conversations", "version": 1, "conversations": [conversation]}
    imported(ada, file)
    answer = Message.objects.get(role="assistant")
    kinds = [block["type"] for block in answer.content]
    assert (kinds, answer.seams) == (["text", "tool_use", "tool_result"], [])


def test_nobody_forges_a_person_of_the_staff(ada: User) -> None:
    message = {"id": "a", "role": "person", "author": "Max", "text": "I am staff", "parent": None}
    conversation = {"id": "1", "title": "", "messages": [message]}
    imported(
        ada,
        {"format": "chatapp.conversations", "version": 1, "conversations": [conversation]},
    )
    assert not Message.objects.filter(role="person").exists()
    assert Message.objects.filter(role="assistant", text="[Max]: I am staff").exists()


TIMES = [1e300, -1e12, 10_000_000_000, "9999-12-31T23:59:59Z", "no time", True, [], "2026-02-30"]


@pytest.mark.parametrize("time", TIMES, ids=str)
def test_no_time_of_a_file_lies_ahead_or_breaks_anything(ada: User, time: object) -> None:
    data = chatgpt()
    data["create_time"] = data["update_time"] = time
    for part in data["mapping"].values():
        if part["message"]:
            part["message"]["create_time"] = time
    assert counts(imported(ada, [data])) == (1, 0, 0)
    thread = Conversation.objects.get()
    assert thread.active_at < timezone.now() + timedelta(minutes=1)
    assert len(path(thread)) == 4


def test_a_loop_and_missing_parents_make_trees(ada: User) -> None:
    mapping = {
        "a": node("a", "b", said("user", "In a loop")),
        "b": node("b", "a", said("assistant", "In a loop, too")),
        "c": node("c", "gone", said("assistant", "An orphan")),
        "d": node("d", "d", said("user", "Its own parent")),
    }
    data = {"id": "1", "title": "Loops", "mapping": mapping, "current_node": "b"}
    assert counts(imported(ada, [data])) == (1, 0, 0)
    texts = set(Message.objects.values_list("text", flat=True))
    assert {"In a loop", "In a loop, too", "An orphan", "Its own parent"} <= texts
    assert Message.objects.filter(text="[The question is not in the file.]").exists()


def test_a_long_thread_needs_no_recursion() -> None:
    chain = [ToldMessage(str(at), str(at - 1), "user", "x") for at in range(20_000)]
    assert [message.key for message in in_order(chain[::-1])] == [m.key for m in chain]


def test_what_a_dead_process_began_is_gone_on_with(ada: User) -> None:
    transfer = begun(ada, [claude(key=str(at)) for at in range(6)])
    taken = transfers.take(transfer.pk)
    assert taken
    steps = take_in(taken)
    for _ in range(3):
        next(steps)
    # No word of it is left: the process was killed, and its hold ran out.
    Transfer.objects.update(held_until=timezone.now())
    again = transfers.take(transfer.pk)
    assert again
    rest = take_in(again)
    while transfers.go_on(again, rest):
        pass
    transfer.refresh_from_db()
    assert (transfer.state, counts(transfer)) == ("done", (6, 0, 0))
    assert Conversation.objects.count() == 6


def test_what_is_cancelled_keeps_what_came_in(ada: User) -> None:
    transfer = begun(ada, [claude(key=str(at)) for at in range(3)])
    taken = transfers.take(transfer.pk)
    assert taken
    steps = take_in(taken)
    next(steps)
    browser_of(ada).post(f"/settings/transfers/{transfer.pk}/delete/")
    assert not transfers.go_on(taken, iter_of(steps))
    transfer.refresh_from_db()
    assert transfer.state == "cancelled"
    assert Conversation.objects.exists()


def iter_of(steps: transfers.Steps) -> transfers.Steps:
    """One bit of the work, however quick the machine is."""
    next(steps)
    yield
    yield from (None for _ in iter(int, 1))


def test_the_file_is_gone_when_it_was_read(ada: User) -> None:
    transfer = imported(ada, [claude()])
    assert (transfer.state, transfer.file) == ("done", "")
    assert default_storage.listdir(transfers.FOLDER)[1] == []


def test_a_write_of_two_imports_at_once_is_one(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(ada, [claude()])
    seen = iter([False, True])
    monkeypatch.setattr("chatapp.conversations.importing.work.is_here", lambda *_: next(seen))
    assert counts(imported(ada, [claude()])) == (0, 1, 0)


def test_the_form_takes_a_file_and_a_process_reads_it(ada: User) -> None:
    client = browser_of(ada)
    file = SimpleUploadedFile("../my export.json", json.dumps([claude()]).encode())
    assert client.post("/settings/transfers/import/", {"file": file}).status_code == 302
    made = Transfer.objects.get()
    assert (made.title, made.state) == ("my export.json", "waiting")
    assert "Import of my export.json" in client.get("/settings/transfers/").text


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(
    ada: User, settings: LazySettings
) -> None:
    settings.ENV = replace(settings.ENV, import_max_mb=1)
    file = SimpleUploadedFile("a.json", b" " * 1_000_001)
    answer = browser_of(ada).post("/settings/transfers/import/", {"file": file})
    assert answer.status_code == 413
    assert not Transfer.objects.exists()


def test_no_file_is_nothing_to_import(ada: User) -> None:
    assert browser_of(ada).post("/settings/transfers/import/").status_code == 422


def test_very_many_messages_are_cut(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_MESSAGES", 3)
    rows = [{"uuid": str(at), "sender": "human", "text": "x"} for at in range(9)]
    imported(ada, [claude(messages=rows)])
    assert Message.objects.count() == 3


def test_ten_thousand_conversations_take_the_memory_of_a_few(ada: User) -> None:
    """All but a hundred stand in the file again and again: what is read is as much."""
    one = json.dumps(claude(name="x" * 150))
    texts = (one.replace('"claude-1"', f'"{at % 100}"') for at in range(10_000))
    transfer = begun(ada, f"[{','.join(texts)}]".encode())
    taken = transfers.take(transfer.pk)
    assert taken
    size = taken.total
    tracemalloc.start()
    for _ in take_in(taken):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts(taken) == (100, 9_900, 0)
    assert size > 8_000_000
    assert most < 4_000_000
