"""What has been answered stays as it was, whoever tries to change it."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Message
from tests.conftest import a_conversation, a_thread, answered
from tests.conversations.test_constraints import refused

WORDS: list[dict[str, Any]] = [
    {"content": [{"type": "text", "text": "Other"}]},
    {"text": "Other"},
    {"seams": [1]},
    {"stop_reason": "refusal"},
]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: next(iter(words)))
def test_what_has_been_answered_keeps_its_words(ada: User, words: dict[str, Any]) -> None:
    question = Message.objects.filter(conversation=a_thread(ada), role="user")
    assert refused(lambda: question.update(**words))
    assert not refused(lambda: question.update(revision=7))


@pytest.mark.parametrize("words", WORDS, ids=lambda words: next(iter(words)))
def test_an_answer_that_nobody_replied_to_may_still_grow(ada: User, words: dict[str, Any]) -> None:
    leaf = Message.objects.filter(conversation=a_thread(ada), role="assistant")
    assert not refused(lambda: leaf.update(**words))


def test_no_message_moves_in_its_tree_or_changes_sides(ada: User) -> None:
    conversation, other = a_thread(ada), a_thread(ada)
    leaf = Message.objects.filter(pk=conversation.current_leaf_id)
    assert refused(lambda: leaf.update(role="user"))
    assert refused(lambda: leaf.update(parent=None, role="user"))
    assert refused(lambda: leaf.update(parent=other.current_leaf_id, conversation=other))


def test_an_unchanged_message_may_be_saved_again(ada: User) -> None:
    question = Message.objects.get(conversation=a_thread(ada), role="user")
    assert not refused(question.save)


def test_the_end_of_an_answer_still_writes_its_words(ada: User) -> None:
    conversation = a_conversation(ada)
    assert answered(conversation, "Hello!").text == "Hello!"
    assert Conversation.objects.get().current_leaf_id
