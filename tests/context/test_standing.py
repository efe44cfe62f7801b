"""The files of a folder in a request: before what was said, in the cache, and never too many."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.context.cover import Cover
from chatapp.context.directions import Directions, directions
from chatapp.context.files import NOT_SENT
from chatapp.context.plan import build, limit_of, plan, require_room
from chatapp.context.standing import LABEL, NO_ROOM, standing
from chatapp.conversations import actions
from chatapp.conversations.files.blocks import Block, block_of
from chatapp.conversations.files.of_folders import put_into
from chatapp.conversations.models import Conversation, Message, StoredFile
from chatapp.conversations.wishes import Wishes
from chatapp.errors import TooLarge
from chatapp.generation.actions import begin_conversation
from tests.context.test_files import content_of, planned
from tests.context.test_plan import by, said
from tests.conversations import samples
from tests.conversations.test_folders import a_folder

pytestmark = pytest.mark.django_db
TEXT = b"Bees dance. " * 4_000  # more than what is worth a breakpoint of the cache


def a_text(letters: int, name: str = "bees.txt") -> Block:
    told = {"sent_size": letters, "digest": "0" * 64, "letters": letters}
    return block_of(StoredFile(id=uuid.uuid4(), name=name, kind="text", **told))


def a_picture() -> Block:
    told = {"sent_size": 9, "digest": "0" * 64, "width": 750, "height": 10}
    return block_of(StoredFile(id=uuid.uuid4(), name="a.png", kind="image", **told))


def request_of(made: Directions, *turns: Message) -> list[dict[str, Any]]:
    answer = Message(role="assistant")
    return build(made, Cover(tail=[*turns, answer]), answer.pk).request.messages


def names(content: list[dict[str, Any]]) -> list[str]:
    return [block.get("title") or block.get("text", "") for block in content]


def test_files_stand_before_what_was_said_with_a_breakpoint_behind_them(ada: User) -> None:
    folder = a_folder(ada)
    for name in ("one.txt", "two.txt"):
        put_into(folder, samples.uploaded(ada, TEXT, name))
    chat = begin_conversation(ada, uuid.uuid4(), "Hello?", "", Wishes(folder_id=folder.pk))
    content = content_of(planned(chat))
    assert names(content) == [LABEL, "one.txt", "two.txt", "Hello?"]
    assert ["cache_control" in block for block in content] == [False, False, True, False]


def test_where_they_came_from_is_on_record(ada: User) -> None:
    folder = a_folder(ada)
    put_into(folder, samples.uploaded(ada, TEXT))
    chat = begin_conversation(ada, uuid.uuid4(), "Hello?", "", Wishes(folder_id=folder.pk))
    made = plan(directions(chat), Message.objects.get(pk=chat.current_leaf_id))
    kinds = [(part["kind"], part["at"], part["block"]) for part in made.parts if part["at"] >= 0]
    assert kinds == [("folder", 0, 0), ("message", 0, 2)]


def test_outside_of_the_folder_and_in_a_trial_there_are_none(ada: User) -> None:
    folder = a_folder(ada)
    put_into(folder, samples.uploaded(ada, TEXT))
    chat = begin_conversation(ada, uuid.uuid4(), "Hello?", "", Wishes(folder_id=folder.pk))
    assert directions(chat).files
    chat.is_trial = True
    assert directions(chat).files == ()
    chat.is_trial = False
    actions.move(chat, None)
    assert directions(Conversation.objects.get(pk=chat.pk)).files == ()


def test_few_words_are_not_worth_a_breakpoint() -> None:
    made = replace(by(""), files=[a_text(10)])
    assert "cache_control" not in str(request_of(made, said("Hello?")))


def test_what_would_take_more_than_half_is_named_only() -> None:
    made = by("")
    limit = limit_of(made)
    made = replace(made, files=[a_text(limit, "large.txt"), a_text(3 * limit, "larger.txt")])
    found = [piece.block for piece in standing(made, limit)]
    assert names(found) == [LABEL, "large.txt", NO_ROOM.format(name="larger.txt")]


def test_they_count_when_a_message_is_refused() -> None:
    plain = by("")
    words = "word " * (limit_of(plain) // 2)
    require_room(plain, words)
    with pytest.raises(TooLarge):
        require_room(replace(plain, files=[a_text(limit_of(plain))]), words)


def test_of_too_many_pictures_the_oldest_of_the_chat_go_first() -> None:
    made = replace(by(""), files=[a_picture()])
    made = replace(made, model=replace(made.model, context_window=200_000))
    turn = said("Look")
    turn.content = [*(a_picture() for _ in range(100)), *turn.content]
    content = request_of(made, turn)[0]["content"]
    assert [block["type"] for block in content[:4]] == ["text", "image", "text", "image"]
    assert content[2]["text"] == NOT_SENT.format(name="a.png")
