"""Web search in a whole answer: shown, paid for, sent back, and gone on with after a pause."""

import dataclasses
import uuid
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.conversations.models import Conversation
from chatapp.conversations.wishes import Wishes
from chatapp.generation import actions
from chatapp.generation.entries import can_continue, path_entries
from chatapp.generation.models import Run
from chatapp.live.threads import in_database
from chatapp.usage.offers import catalogued
from tests.conftest import a_prompt, a_version, browser_of, point
from tests.generation.test_tools import calls_of, kinds, sent
from tests.generation.test_way_of_one_message import a_runner, until

pytestmark = pytest.mark.django_db(transaction=True)
WEB = ("web_search", "web_fetch")
SEARCH = "[[sim: search bees]]"
PAUSE = f"{SEARCH} [[sim: pause]]"


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        settings.DRAIN_SECONDS = 0
        yield simulator


@pytest.fixture(autouse=True)
def prompt(db: None) -> None:
    prompt = a_prompt(is_default=True)
    point(prompt, a_version(prompt, tools=list(WEB)))


def begun(owner: User, text: str, web: tuple[str, ...] = WEB) -> Run:
    wishes = Wishes(web=web, effort="low")
    chat = actions.begin_conversation(owner, uuid.uuid4(), text, "", wishes)
    return Run.objects.get(conversation=chat)


async def answered(owner: User, text: str, web: tuple[str, ...] = WEB) -> Run:
    run = await in_database(begun, owner, text, web)
    async with a_runner():
        return await until(run, "done", "failed", "interrupted")


async def test_a_search_is_asked_for_kept_whole_and_shown(ada: User, claude: Simulator) -> None:
    run = await answered(ada, f"Bees? {SEARCH}")
    assert [tool["name"] for tool in sent(claude)[0]["tools"]] == list(WEB)
    assert kinds(run.message)[:3] == ["thinking", "server_tool_use", "web_search_tool_result"]
    assert run.message.content[2]["content"][0]["encrypted_content"]
    assert set(run.message.thinking_ms) == {"0"}
    chat = await Conversation.objects.aget(pk=run.conversation_id)
    parts = (await in_database(path_entries, chat))[-1].parts
    assert [part.kind for part in parts] == ["thinking", "tool", "text", "sources"]
    assert "\ufdd1" not in run.message.text


async def test_turned_off_nothing_is_offered(ada: User, claude: Simulator) -> None:
    run = await answered(ada, SEARCH, web=())
    assert "tools" not in sent(claude)[0]
    assert "server_tool_use" not in kinds(run.message)


async def test_each_search_is_paid_for(ada: User, claude: Simulator) -> None:
    (call,) = await calls_of(await answered(ada, SEARCH))
    price = catalogued(call.model).price
    assert price
    tokens = call.input_tokens * price.input + call.output_tokens * price.output
    assert call.cost == tokens / 1_000_000 + Decimal("0.01")


async def test_the_next_turn_sends_the_search_back(ada: User, claude: Simulator) -> None:
    run = await in_database(begun, ada, SEARCH)
    async with a_runner():
        await until(run, "done")
        chat = run.conversation_id
        await in_database(actions.send, ada, chat, uuid.uuid4(), "Thanks", "")
        await until(await Run.objects.live().aget(conversation=chat), "done")
    turn = sent(claude)[-1]["messages"][1]
    found = [block["type"] for block in turn["content"]]
    assert found[:2] == ["server_tool_use", "web_search_tool_result"]
    cited = [block["citations"] for block in turn["content"] if block.get("citations")]
    assert len(cited) == 2
    assert all(one["encrypted_index"] for citations in cited for one in citations)


async def test_after_a_pause_the_answer_goes_on_by_itself(ada: User, claude: Simulator) -> None:
    run = await answered(ada, PAUSE)
    first, second = sent(claude)
    assert (run.state, run.message.stop_reason) == ("done", "end_turn")
    assert second["messages"][:-1] == first["messages"]
    assert second["messages"][-1]["role"] == "assistant"
    assert second["messages"][-1]["content"] == run.message.content[:3]
    assert run.message.text.startswith("Here is what I found.")
    assert [call.stop_reason for call in await calls_of(run)] == ["pause_turn", "end_turn"]


async def test_pauses_have_an_end_and_then_a_person_decides(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.TOOL_ROUNDS = 0
    run = await answered(ada, f"{PAUSE} [[sim: search wasps]]")
    assert (run.state, run.message.stop_reason) == ("done", "pause_turn")
    run.message.text = "Something"
    assert can_continue(run.message)


async def test_a_page_is_fetched_and_cited(ada: User, claude: Simulator) -> None:
    run = await answered(ada, "[[sim: fetch https://bees.example/all]]")
    chat = await Conversation.objects.aget(pk=run.conversation_id)
    parts = (await in_database(path_entries, chat))[-1].parts
    card, sources = parts[1], parts[-1]
    assert (card.label, card.pages[0].host) == ("Opened a page: bees.example", "bees.example")
    assert [source.host for source in sources.sources] == ["bees.example"]


async def test_a_search_that_fails_says_why(ada: User, claude: Simulator) -> None:
    run = await answered(ada, f"{SEARCH} [[sim: search-error max_uses_exceeded]]")
    chat = await Conversation.objects.aget(pk=run.conversation_id)
    card = (await in_database(path_entries, chat))[-1].parts[1]
    assert card.is_error
    assert card.html == "One answer may do this no more often."


async def test_an_answer_that_breaks_off_keeps_its_search(ada: User, claude: Simulator) -> None:
    run = await answered(ada, f"{SEARCH} [[sim: cut after 3]]")
    assert run.state == "failed"
    assert "web_search_tool_result" in kinds(run.message)
    assert any(block.get("citations") for block in run.message.content)


async def test_what_is_copied_names_the_sources(ada: User, claude: Simulator) -> None:
    run = await answered(ada, SEARCH)

    def copied() -> Any:
        return browser_of(ada).get(f"/messages/{run.message_id}/text/")

    text = (await in_database(copied)).text
    assert "[^1]: " in text
    assert "<https://en.wikipedia.example/bees>" in text
