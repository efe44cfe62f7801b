"""What the simulator says and remembers, how it can be told to misbehave, what it keeps."""

import asyncio
import base64
import dataclasses
import re
import time as clock
from typing import Any

import httpx
import pytest

from chatapp.claude import Client, Config, InvalidRequest, Message, Request, StreamCut
from chatapp.claude.simulator import Pace, Simulator
from chatapp.claude.simulator.directives import BadDirective, Directives, read, without
from chatapp.claude.simulator.steps import Frame, Wait, course_of
from chatapp.claude.simulator.wire import Answer
from tests.claude.conftest import KEY, MODEL, ask


async def said(client: Client, *turns: str, system: str | None = None) -> str:
    """The answer to a conversation of turns, the user's first."""
    roles = ("user", "assistant")
    messages: list[dict[str, Any]] = [
        {"role": roles[n % 2], "content": [{"type": "text", "text": text}]}
        for n, text in enumerate(turns)
    ]
    return (await client.create(Request(MODEL, messages, 8000, system=system))).text


async def test_a_name_is_remembered(client: Client) -> None:
    turns = ("Hello, my name is Ada Lovelace.", "Nice to meet you!", "What is my name?")
    assert "Ada Lovelace" in await said(client, *turns)
    assert "not told me" in await said(client, "What is my name?")


async def test_what_was_to_be_remembered_is_told(client: Client) -> None:
    turns = ("Remember that the door code is 4711.", "Yes.", "What did I ask you to remember?")
    assert "the door code is 4711" in await said(client, *turns)


async def test_a_fact_is_found_again(client: Client) -> None:
    turns = ("My favourite colour is teal.", "Fine.", "So what is my favourite colour?")
    assert "teal" in await said(client, *turns)


async def test_a_summary_in_the_request_counts_as_memory(client: Client) -> None:
    summary = "Summary of the earlier conversation: the user said: my name is Grace."
    assert "Grace" in await said(client, summary, "Understood.", "What is my name?")
    assert "Grace" in await said(client, "What's my name?", system=summary)


async def test_earlier_words_are_quoted(client: Client) -> None:
    turns = ("Bees are nice.", "Yes.", "Ants too.", "Yes.", "What did I say?")
    assert "> Ants too." in await said(client, *turns)
    assert "> Bees are nice." in await said(client, *turns[:-1], "What was my first message?")


async def test_it_repeats_exactly_what_it_is_told(client: Client) -> None:
    assert await said(client, "Repeat after me: é 👩 <b>\n\nline") == "é 👩 <b>\n\nline"


@pytest.mark.parametrize(
    "request_",
    [
        "Give this conversation a short title of three to six words.\n\nUser: How do bees dance?",
        "Write a title for: How do honey bees dance in the dark?",
    ],
)
async def test_a_title_is_short_and_plain(client: Client, request_: str) -> None:
    title = await said(client, request_)
    assert 3 <= len(title.split()) <= 6
    assert re.fullmatch(r"[\w' -]+", title)
    assert "bees" in title.lower()


async def test_a_title_may_be_asked_for_in_the_system_prompt(client: Client) -> None:
    system = "Give a short title for the conversation. Answer with the title alone."
    assert await said(client, "How do bees dance?", system=system) == "Bees Dance Conversation"


@pytest.mark.parametrize("question", ["Explain photosynthesis", "Why is the sky blue?"])
async def test_answers_are_markdown_about_the_question(client: Client, question: str) -> None:
    text = await said(client, question)
    assert re.search(r"photosynthesis|sky", text)
    assert re.search(r"^#{1,2} ", text, re.MULTILINE)
    assert len(text) > 500


async def test_answers_differ_and_cover_markdown_between_them(client: Client) -> None:
    texts = [await said(client, f"Tell me about number {n}") for n in range(30)]
    every = "\n".join(texts)
    assert len(set(texts)) == 30
    for sign in ("```python", "```sql", "| --- |", "\n- **", "\n1. ", "\n> ", "🚀", "größe"):
        assert sign in every


async def test_a_cut_answer_is_continued_where_it_stopped(
    client: Client, simulator: Simulator
) -> None:
    question = "Explain bees [[sim: cut after 30]]"
    with pytest.raises(StreamCut):
        async with client.stream(ask(question)) as stream:
            [event async for event in stream]
    half, whole = stream.message.text, simulator.sent[0].text
    order = "Your answer was cut off. Continue exactly where you stopped."
    assert half + await said(client, question, half, order) == whole


async def test_a_scripted_answer_is_continued_too(client: Client) -> None:
    text = await said(client, "[[sim: text one two three]]", "one two", "Please continue.")
    assert text == " three"


@pytest.mark.parametrize("text", ["plain", "two\n\nlines", "[[not]] a directive ]", "a]] b"])
async def test_any_text_can_be_scripted(client: Client, text: str) -> None:
    coded = base64.b64encode(text.encode()).decode()
    assert await said(client, f"[[sim: text64 {coded}]]") == text


async def test_only_the_newest_message_gives_directives(client: Client) -> None:
    assert await said(client, "[[sim: error 500]] a", "b", "[[sim: text fine]]") == "fine"


TOOL = {"name": "look", "description": "d", "input_schema": {"type": "object"}}


async def rounds(client: Client, question: str, **more: Any) -> list[Message]:
    """What it says until it calls no tool, four rounds at most; each result is "sunny"."""
    request, said = ask(question, tools=[TOOL], **more), list[Message]()
    while len(said) < 4 and not (said and said[-1].stop_reason != "tool_use"):
        said.append(await client.create(request))
        calls = [block["id"] for block in said[-1].content if block["type"] == "tool_use"]
        told = [{"type": "tool_result", "tool_use_id": id, "content": "sunny"} for id in calls]
        turns = [
            {"role": "assistant", "content": said[-1].content},
            {"role": "user", "content": told},
        ]
        request = dataclasses.replace(request, messages=[*request.messages, *turns])
    return said


async def test_a_tool_is_called_once_and_then_spoken_of(client: Client) -> None:
    called, spoken = await rounds(client, 'Well? [[sim: tool look {"at": 1}]]')
    assert (called.text, called.content[-1]["input"]) == ("Let me see.", {"at": 1})
    assert "sunny" in spoken.text


async def test_what_else_is_asked_for_comes_after_the_tool(client: Client) -> None:
    called, spoken = await rounds(client, "[[sim: tool look]] [[sim: text It is sunny.]]")
    assert (called.text, spoken.text) == ("Let me see.", "It is sunny.")


async def test_a_tool_may_be_called_again_and_again(client: Client) -> None:
    said = await rounds(client, "[[sim: tool-again look {}]]")
    assert [message.stop_reason for message in said] == ["tool_use"] * 4


@pytest.mark.parametrize(
    "more", [{"tools": None}, {"tools": [TOOL], "tool_choice": {"type": "none"}}]
)
async def test_no_tool_is_called_that_is_not_offered(client: Client, more: dict[str, Any]) -> None:
    message = await client.create(ask("Explain bees [[sim: tool-again look {}]]", **more))
    assert (message.stop_reason, "bees" in message.text) == ("end_turn", True)


async def test_a_script_holds_for_all_and_a_directive_wins(
    client: Client, simulator: Simulator
) -> None:
    simulator.script = "[[sim: text all]]"
    assert await said(client, "a") == "all"
    assert await said(client, "[[sim: text one]]") == "one"


async def test_directives_are_no_part_of_the_question(client: Client) -> None:
    assert "sim" not in await said(client, "Explain bees [[sim: delta 7]]")


@pytest.mark.parametrize("bad", ["[[sim: dance]]", "[[sim: cut]]", "[[sim: tool x {]]"])
async def test_a_directive_that_cannot_be_read_is_told(client: Client, bad: str) -> None:
    with pytest.raises(BadDirective):
        read(bad)
    with pytest.raises(InvalidRequest, match=r"sim|directive"):
        await said(client, bad)


def test_several_directives_stand_together() -> None:
    found = read("a [[sim: speed 200]] b [[sim: delta 4]][[sim: stall after 3 for 0.5]] c")
    assert (found.speed, found.delta, found.stall_after, found.stall_for) == (200, 4, 3, 0.5)
    assert without("a [[sim: speed 200]] b") == "a  b"


def course(asked: Directives, pace: Pace) -> tuple[list[float], list[str]]:
    answer = Answer("msg_1", MODEL, [{"type": "text", "text": "x" * 4000}])
    steps = list(course_of(answer, asked, pace, "req_1"))
    waits = [step.seconds for step in steps if isinstance(step, Wait)]
    return waits, [step.text for step in steps if isinstance(step, Frame) and step.text]


def test_it_paces_like_the_real_thing() -> None:
    waits, texts = course(Directives(), Pace())
    assert waits[0] == 0.4
    assert 0.018 < sum(waits[1:]) / len(waits[1:]) < 0.022
    assert 3 < sum(map(len, texts)) / len(texts) < 5
    assert len(set(map(len, texts))) > 3


def test_a_directive_changes_the_pace() -> None:
    waits, texts = course(
        read("[[sim: speed 200]][[sim: delta 10]][[sim: first 1]]"), Pace(jitter=0)
    )
    assert waits == [1.0, *[0.005] * 400]
    assert texts == ["x" * 10] * 400


async def test_stamps_tell_when_each_delta_was_written(
    client: Client, simulator: Simulator
) -> None:
    before = clock.monotonic()
    async with client.stream(ask("[[sim: stamp]] [[sim: giant 200]] [[sim: speed 500]]")) as stream:
        [event async for event in stream]
    stamps = [float(line) for line in stream.message.text.split()]
    assert before <= stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= clock.monotonic()
    assert stream.message.text == simulator.sent[0].written


async def test_it_keeps_what_was_asked_and_sent(client: Client, simulator: Simulator) -> None:
    await said(client, "[[sim: text Hello]]")
    record = simulator.sent[0]
    assert (record.text, record.written, record.finished) == ("Hello", "Hello", True)
    assert record.body["messages"][0]["role"] == "user"


async def test_other_processes_can_read_its_records(client: Client, simulator: Simulator) -> None:
    await said(client, "[[sim: text é👩]]")
    async with httpx.AsyncClient(base_url=simulator.url) as other:
        (record,) = (await other.get("/simulator/requests")).json()
        await other.delete("/simulator/requests")
    assert (record["written"], record["message_id"][:4]) == ("é👩", "msg_")
    assert not simulator.sent


async def test_other_processes_can_script_it(client: Client, simulator: Simulator) -> None:
    async with httpx.AsyncClient(base_url=simulator.url) as other:
        answer = await other.post("/simulator/script", json={"script": "[[sim: text told]]"})
        bad = await other.post("/simulator/script", json={"script": "[[sim: dance]]"})
    assert (answer.status_code, bad.status_code) == (200, 400)
    assert await said(client, "a") == "told"


async def test_failures_that_go_away_come_again_for_the_next_one(
    client: Client, simulator: Simulator
) -> None:
    for _ in range(2):
        await said(client, "[[sim: error 529 times 1]]")
    assert [record.status for record in simulator.sent] == [529, 200, 529, 200]


async def test_a_reader_that_stands_still_does_not_fill_its_memory(simulator: Simulator) -> None:
    request = ask("[[sim: giant 30000000]] [[sim: delta 5000]]")
    client = Client(Config(KEY, simulator.url))
    async with client, client.stream(request) as stream:
        before = -1
        while simulator.sent[0].deltas != before:
            before = simulator.sent[0].deltas
            await asyncio.sleep(0.1)
        assert before < 6000
        async for _ in stream.batches():
            pass
    assert len(stream.message.text) == 30_000_000


async def test_notes_on_a_transcript_hold_what_was_to_be_remembered(client: Client) -> None:
    transcript = (
        "<transcript>\n[2026-11-20] User: Tell me of rain\n\n[2026-11-20] Assistant: It falls.\n\n"
        "[2026-11-20] User: Remember that the code word is Heron.\n</transcript>"
    )
    lines = (await client.create(ask(transcript))).text.splitlines()
    assert lines == ["- Remember that the code word is Heron.", "- Tell me of rain"]
