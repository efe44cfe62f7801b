"""A file on its whole way: sent once more with each turn, and read from the cache."""

import dataclasses
import uuid
from collections.abc import AsyncIterator

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.conversations.files import storage
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.actions import begin_conversation, send
from chatapp.generation.models import Run
from chatapp.live.threads import in_database
from chatapp.usage.models import Call
from tests.conversations import samples
from tests.generation.test_way_of_one_message import a_runner, until

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = b"Bees dance in the dark. " * 400


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        settings.DRAIN_SECONDS = 0
        yield simulator


def begun(owner: User) -> tuple[Conversation, list[uuid.UUID]]:
    files = [samples.uploaded(owner, data) for data in (samples.image(), TEXT)]
    ids = [file.pk for file in files]
    return begin_conversation(owner, uuid.uuid4(), "[[sim: text Seen.]]", "", files=ids), ids


async def test_the_second_turn_reads_the_files_from_the_cache(ada: User, claude: Simulator) -> None:
    conversation, _ = await in_database(begun, ada)
    async with a_runner():
        await until(await Run.objects.aget(conversation=conversation), "done")
        await in_database(send, ada, conversation.pk, uuid.uuid4(), "[[sim: text Yes.]]", "")
        runs = Run.objects.filter(conversation=conversation)
        await until(await runs.alatest("created_at"), "done")
    answers = [call async for call in Call.objects.filter(purpose="answer").order_by("opened_at")]
    first, second = answers
    assert [call.stop_reason for call in answers] == ["end_turn", "end_turn"]
    in_file = len(TEXT) // 4
    assert first.cache_write_5m_tokens > in_file
    assert second.cache_read_tokens > in_file
    assert second.input_tokens + second.cache_write_5m_tokens < 100
    sent = [record.body["messages"] for record in claude.sent if record.body.get("stream")]
    assert sent[0][0] == sent[1][0]
    assert sent[0][0]["content"][1]["source"]["data"] == TEXT.decode().strip("\n")


async def test_an_answer_says_which_file_is_gone(ada: User, claude: Simulator) -> None:
    conversation, ids = await in_database(begun, ada)
    await in_database(storage.discard, ids[0])
    async with a_runner():
        run = await until(await Run.objects.aget(conversation=conversation), "failed")
    assert (run.state, run.call_id is not None) == ("failed", True)
    assert "no longer stored" in run.error_sentence
    answer = await Message.objects.aget(pk=run.message_id)
    assert answer.status == "failed"
    assert not [record for record in claude.sent if record.body.get("stream")]
