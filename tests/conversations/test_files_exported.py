"""What becomes of attached files in exports, shared pages and imports: their names."""

import json
import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.exporting.json import as_data
from chatapp.conversations.exporting.markdown import as_markdown
from chatapp.conversations.importing.ours import read
from chatapp.conversations.models import Conversation
from chatapp.generation.actions import begin_conversation
from tests.conftest import answered
from tests.conversations import samples


@pytest.fixture
def thread(ada: User) -> Conversation:
    file = samples.uploaded(ada, b"Bees dance.", "bees.txt")
    conversation = begin_conversation(ada, uuid.uuid4(), "Look", "", files=[file.pk])
    answered(conversation, "I see.")
    conversation.refresh_from_db()
    return conversation


def test_files_are_named_in_a_file_for_reading(thread: Conversation) -> None:
    assert "bees.txt" in as_markdown(thread)


def test_an_import_names_files_and_never_points_to_them(thread: Conversation) -> None:
    question, answer = read(json.loads(json.dumps(as_data(thread)))).messages
    assert question.text == "[document: bees.txt]\n\nLook"
    assert question.content == []
    assert [block["type"] for block in answer.content] == ["text"]
