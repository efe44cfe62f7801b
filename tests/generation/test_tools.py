"""Tools in the middle of an answer: run, told, shown, and bounded."""

import asyncio
import dataclasses
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict
from chatapp.generation import actions, queue
from chatapp.generation.entries import path_entries
from chatapp.generation.live import ConversationFollower
from chatapp.generation.models import Chunk, Run
from chatapp.generation.tools import Tool
from chatapp.live.threads import in_database, patiently
from chatapp.prompts.tools import TOOLS
from chatapp.usage.models import Budget, Call
from tests.conftest import a_prompt, a_version, point
from tests.generation.test_way_of_one_message import a_runner, asked, until

pytestmark = pytest.mark.django_db(transaction=True)
Given = dict[str, Any]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        settings.DRAIN_SECONDS = 0
        yield simulator


@pytest.fixture
def ran() -> list[tuple[uuid.UUID, uuid.UUID, Given]]:
    """What `weather` was run with."""
    return []


@pytest.fixture(autouse=True)
def tools(
    db: None, monkeypatch: pytest.MonkeyPatch, ran: list[tuple[uuid.UUID, uuid.UUID, Given]]
) -> None:
    """Tools of these tests alone, of which the version names all but `secret`."""

    def weather(conversation: uuid.UUID, message: uuid.UUID, given: Given) -> str:
        ran.append((conversation, message, given))
        return f"Sun over {given['city']}"

    for name, run in {
        "weather": weather,
        "refuse": refuse,
        "broken": broken,
        "secret": weather,
    }.items():
        monkeypatch.setitem(TOOLS, name, Tool(name, name.title(), "For tests.", SCHEMA, run))
    prompt = a_prompt(is_default=True)
    point(prompt, a_version(prompt, tools=["weather", "refuse", "gone", "broken"]))


def refuse(conversation: uuid.UUID, message: uuid.UUID, given: Given) -> str:
    raise Conflict("Nobody is there.")


def broken(conversation: uuid.UUID, message: uuid.UUID, given: Given) -> str:
    raise ValueError("hush")


def call(name: str, city: str = "Bonn", directive: str = "tool") -> str:
    return f"[[sim: {directive} {name} {json.dumps({'city': city})}]]"


async def answered(owner: User, *words: str) -> Run:
    run = await asked(owner, " ".join(words))
    async with a_runner():
        return await until(run, "done", "failed")


def results_of(message: Message) -> list[tuple[str, bool]]:
    results = [block for block in message.content if block["type"] == "tool_result"]
    return [(block["content"], block.get("is_error", False)) for block in results]


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.content]


def sent(claude: Simulator) -> list[dict[str, Any]]:
    """The bodies of the requests for answers."""
    return [record.body for record in claude.sent if record.body.get("stream")]


async def calls_of(run: Run) -> list[Call]:
    return [call async for call in Call.objects.filter(run=run.pk).order_by("opened_at")]


async def test_a_tool_is_run_and_the_answer_goes_on(
    ada: User, claude: Simulator, ran: list[tuple[uuid.UUID, uuid.UUID, Given]]
) -> None:
    run = await answered(ada, "Weather?", call("weather"))
    assert (run.state, ran) == ("done", [(run.conversation_id, run.message_id, {"city": "Bonn"})])
    assert run.message.text == "Let me see.\n\nHere is what I found:\n\nSun over Bonn"
    round_ = ["thinking", "text"]
    assert kinds(run.message) == [*round_, "tool_use", "tool_result", *round_]


async def test_a_request_offers_what_the_version_names_and_there_is(
    ada: User, claude: Simulator
) -> None:
    await answered(ada, "Hello")
    assert [tool["name"] for tool in sent(claude)[0]["tools"]] == ["broken", "refuse", "weather"]
    assert sent(claude)[0]["tools"][2] == {
        "name": "weather",
        "description": "For tests.",
        "input_schema": SCHEMA,
    }


async def test_each_round_extends_the_request_before_it(ada: User, claude: Simulator) -> None:
    run = await answered(ada, "Weather?", call("weather"))
    first, second = sent(claude)
    turns = second.pop("messages")
    assert turns[: len(first["messages"])] == first.pop("messages")
    assert second == first
    said, told = turns[-2:]
    assert said["content"] == [
        {**block, "citations": None} if block["type"] == "text" else block
        for block in run.message.content[:3]
    ]
    assert said["content"][0]["signature"]
    assert told == {"role": "user", "content": [run.message.content[3]]}


async def test_tools_called_at_once_are_all_answered_at_once(ada: User, claude: Simulator) -> None:
    run = await answered(ada, call("weather"), call("refuse"), call("weather", "Rom"))
    told = [("Sun over Bonn", False), ("Nobody is there.", True), ("Sun over Rom", False)]
    assert (run.state, results_of(run.message), len(sent(claude))) == ("done", told, 2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (call("refuse"), "Nobody is there."),
        (call("broken"), "The tool failed."),
        (
            "[[sim: tool weather {}]]",
            "The input does not fit the schema: 'city' is a required property",
        ),
        (
            '[[sim: tool weather {"city": 7}]]',
            "The input does not fit the schema: 7 is not of type 'string'",
        ),
    ],
)
async def test_what_goes_wrong_is_told_to_claude_and_hurts_nothing(
    ada: User, claude: Simulator, words: str, told: str
) -> None:
    run = await answered(ada, words)
    assert (run.state, results_of(run.message)) == ("done", [(told, True)])
    assert told in run.message.text


@pytest.mark.parametrize("name", ["secret", "gone"])
async def test_a_tool_that_was_not_offered_is_not_run(
    ada: User,
    claude: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    ran: list[object],
    name: str,
) -> None:
    # Claude could name anything; this simulator keeps to what is offered.
    monkeypatch.setattr("chatapp.claude.simulator.tools._offered", lambda body: {name})
    run = await answered(ada, call(name))
    assert (results_of(run.message), ran) == ([("There is no tool of this name.", True)], [])


async def test_at_the_ceiling_claude_has_to_answer(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.TOOL_ROUNDS = 3
    run = await answered(ada, call("weather", directive="tool-again"))
    assert (run.state, len(results_of(run.message))) == ("done", 3)
    choices = [body.get("tool_choice") for body in sent(claude)]
    assert choices == [None, None, None, {"type": "none"}]
    assert run.message.text.count("Let me see.\n\n") == 3


async def test_each_round_is_a_call_in_the_ledger(ada: User, claude: Simulator) -> None:
    run = await answered(ada, call("weather"))
    first, last = await calls_of(run)
    assert [first.stop_reason, last.stop_reason] == ["tool_use", "end_turn"]
    assert all(call.settled_at and not call.is_estimate and call.cost for call in (first, last))
    assert run.call_id == last.pk
    assert first.first_token_ms is not None
    assert last.first_token_ms is not None


async def test_the_page_shows_the_sum_of_the_rounds_as_soon_as_it_ends(
    ada: User, claude: Simulator
) -> None:
    run = await answered(ada, call("weather"))
    first, last = await calls_of(run)
    conversation = await Conversation.objects.aget(pk=run.conversation_id)
    known = (await in_database(path_entries, conversation))[-1].call
    follower = ConversationFollower(run.conversation_id, conversation.revision - 1)
    frame = await follower.frame()
    assert known
    assert first.cost
    assert last.cost
    assert known.cost == first.cost + last.cost
    assert known.output_tokens == first.output_tokens + last.output_tokens
    assert f"{known.cost_shown}</span>" in frame


async def test_parts_name_what_was_said_and_told_in_the_rounds(
    ada: User, claude: Simulator
) -> None:
    run = await answered(ada, call("weather"))
    found = await Call.objects.select_related("sent_request").aget(pk=run.call_id)
    own = [part["at"] for part in found.sent_request.parts if part["id"] == str(run.message_id)]
    assert own == [1, 2]
    assert (
        found.sent_request.body
        == json.dumps(sent(claude)[-1], ensure_ascii=False, separators=(",", ":")).encode()
    )


async def test_the_next_answer_is_given_what_the_tools_said(ada: User, claude: Simulator) -> None:
    run = await asked(ada, call("weather"))
    async with a_runner():
        await until(run, "done", "failed")
        await in_database(actions.send, ada, run.conversation_id, uuid.uuid4(), "Thanks", "")
        after = await Run.objects.aget(conversation=run.conversation_id, finished_at=None)
        assert (await until(after, "done", "failed")).state == "done"
    turns = [[block["type"] for block in turn["content"]] for turn in sent(claude)[-1]["messages"]]
    assert turns == [["text"], ["text", "tool_use"], ["tool_result"], ["text"], ["text"]]


async def until_second_round(run: Run) -> None:
    """Wait until something of the answer after the tool's result is committed."""
    spoken = Chunk.objects.filter(run=run, kind="text", block__gt=3)
    async with asyncio.timeout(20):
        while await patiently(spoken.count) < 3:
            await asyncio.sleep(0.01)


SLOW = "[[sim: giant 20000]] [[sim: speed 100]]"


async def test_stop_in_the_second_round_keeps_both(ada: User, claude: Simulator) -> None:
    run = await asked(ada, call("weather") + SLOW)
    async with a_runner():
        await until_second_round(run)
        await in_database(actions.stop, run)
        run = await until(run, "stopped", "done")
    first, last = await calls_of(run)
    assert run.message.text.startswith("Let me see.\n\n")
    assert run.message.text.endswith(claude.sent[1].written[: len(run.message.text) - 13])
    assert (run.state, results_of(run.message)) == ("stopped", [("Sun over Bonn", False)])
    assert (first.is_estimate, last.is_estimate, run.call_id) == (False, True, last.pk)
    assert last.settled_at


async def test_a_killed_runner_leaves_both_rounds_and_no_open_call(
    ada: User, claude: Simulator
) -> None:
    run = await asked(ada, call("weather") + SLOW)
    async with a_runner() as runner:
        await until_second_round(run)
        await in_database(queue.retire, runner.lease)
        run = await until(run, "interrupted")
    first, last = await calls_of(run)
    assert kinds(run.message)[1:4] == ["text", "tool_use", "tool_result"]
    assert run.message.text.startswith("Let me see.\n\n")
    assert len(run.message.text) > 20
    assert (first.error_type, last.error_type, run.call_id) == ("", "lost", last.pk)
    assert first.settled_at
    assert last.settled_at


async def test_a_runner_killed_while_a_tool_runs_leaves_what_was_said(
    ada: User, claude: Simulator, during: Callable[[Callable[[], object]], None]
) -> None:
    run = await asked(ada, call("weather"))
    async with a_runner() as runner:
        during(lambda: queue.retire(runner.lease))
        run = await until(run, "interrupted", "done")
    (only,) = await calls_of(run)
    assert (run.state, run.message.text) == ("interrupted", "Let me see.")
    assert (only.stop_reason, only.is_estimate, run.call_id) == ("tool_use", False, only.pk)


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Have something happen while `weather` runs."""

    def set_up(event: Callable[[], object]) -> None:
        def run(conversation: uuid.UUID, message: uuid.UUID, given: Given) -> str:
            event()
            return "Too late"

        monkeypatch.setitem(TOOLS, "weather", dataclasses.replace(TOOLS["weather"], run=run))

    return set_up


async def test_a_conversation_deleted_while_a_tool_runs_ends_quietly(
    ada: User, claude: Simulator, during: Callable[[Callable[[], object]], None]
) -> None:
    run = await asked(ada, call("weather"))
    conversation = await Conversation.objects.aget(pk=run.conversation_id)
    during(lambda: actions.delete(conversation))
    async with a_runner() as runner:
        await patiently(lambda: None)
        while await Run.objects.filter(pk=run.pk).aexists() or runner.answers:
            await patiently(lambda: None)
    assert len(sent(claude)) == 1
    assert not await Call.objects.filter(settled_at=None).aexists()


async def test_a_budget_that_a_round_uses_up_ends_the_answer_with_what_it_has(
    ada: User, claude: Simulator, during: Callable[[Callable[[], object]], None]
) -> None:
    run = await asked(ada, call("weather"))
    during(lambda: Budget.objects.create(person=ada, period="day", hard=0))
    async with a_runner():
        run = await until(run, "failed", "done")
    assert run.error_sentence.startswith("Your daily budget is used up.")
    assert (run.message.text, len(await calls_of(run))) == ("Let me see.", 1)
    assert results_of(run.message) == [("Too late", False)]


async def test_an_error_in_the_second_round_keeps_the_first_and_can_be_continued(
    ada: User, claude: Simulator
) -> None:
    run = await asked(ada, call("weather") + "[[sim: error 500 times 3]] [[sim: retry-after 0]]")
    async with a_runner():
        run = await until(run, "failed", "done")
        assert (run.state, run.message.text) == ("failed", "Let me see.")
        await in_database(actions.go_on, run.message)
        again = await Run.objects.aget(conversation=run.conversation_id, finished_at=None)
        again = await until(again, "done", "failed")
    assert [call.error_type for call in await calls_of(run)] == ["", "api_error"]
    said = "Let me see.\n\nHere is what I found:\n\nSun over Bonn"
    assert (again.state, again.message.text) == ("done", said)


async def test_what_the_tools_said_must_fit_with_the_rest(
    ada: User, claude: Simulator, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONTEXT_MARKS = {"app_cap": 22_000}
    talkative = dataclasses.replace(TOOLS["weather"], run=lambda *_: "é" * 100_000)
    monkeypatch.setitem(TOOLS, "weather", talkative)
    run = await answered(ada, call("weather"))
    assert run.error_sentence.startswith("What the tools said does not fit")
    assert [len(text) for text, _ in results_of(run.message)] == [20_000]


async def test_an_answer_ends_at_its_deadline_in_any_round(
    ada: User, claude: Simulator, settings: Settings
) -> None:
    settings.RUN_DEADLINE_SECONDS = 1
    run = await answered(ada, call("weather"), "[[sim: stall after 1 for 60]]")
    assert (run.state, run.error_type) == ("failed", "deadline")
    assert run.message.text.startswith("Let me see.\n\n")
    assert all(call.settled_at for call in await calls_of(run))
