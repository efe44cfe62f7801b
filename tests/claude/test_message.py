"""Raw events become typed ones, and the message grows to what the API meant."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.claude import (
    BlockStart,
    BlockStop,
    CitationsDelta,
    InputJsonDelta,
    Message,
    MessageDelta,
    MessageStart,
    MessageStop,
    Overloaded,
    Ping,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    Unknown,
    UnknownDelta,
)
from chatapp.claude.message import Assembler

START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "content": [],
        "stop_reason": None,
        "usage": {
            "input_tokens": 10,
            "output_tokens": 1,
            "cache_creation": {"ephemeral_1h_input_tokens": 4},
        },
    },
}
STOP = {"type": "message_stop"}


def begin(block: dict[str, Any], index: int = 0) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(kind: str, index: int = 0, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def end(index: int = 0) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def message_of(*events: dict[str, Any]) -> Message:
    assembler = Assembler()
    for raw in (START, *events):
        assembler.take(raw)
    return assembler.join()


def test_text_deltas_are_put_together() -> None:
    text = {"type": "text", "text": "", "citations": None}
    message = message_of(
        begin(text), delta("text_delta", text="Hel"), delta("text_delta", text="lo")
    )
    assert message.text == "Hello"
    assert message.content == [{"type": "text", "text": "Hello", "citations": None}]


def test_the_message_so_far_can_be_asked_for_again_and_again() -> None:
    assembler = Assembler()
    seen = []
    for raw in (START, begin({"type": "text", "text": ""}), *[delta("text_delta", text="a")] * 3):
        assembler.take(raw)
        seen.append(assembler.join().text)
    assert seen == ["", "", "a", "aa", "aaa"]


def test_a_text_that_a_block_starts_with_is_kept() -> None:
    message = message_of(begin({"type": "text", "text": "A"}), delta("text_delta", text="B"), end())
    assert message.text == "AB"


def test_thinking_keeps_its_text_and_its_last_signature() -> None:
    message = message_of(
        begin({"type": "thinking", "thinking": "", "signature": ""}),
        delta("thinking_delta", thinking="Hm"),
        delta("thinking_delta", thinking="..."),
        delta("signature_delta", signature="first"),
        delta("signature_delta", signature="second"),
        end(),
    )
    assert message.content == [{"type": "thinking", "thinking": "Hm...", "signature": "second"}]


def test_empty_thinking_is_kept_with_its_signature() -> None:
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    message = message_of(begin(thinking), delta("signature_delta", signature="s"), end())
    assert message.content == [{"type": "thinking", "thinking": "", "signature": "s"}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.integers(1, 5), st.booleans())
def test_tool_input_is_read_from_any_fragments(
    value: dict[str, Any], size: int, escaped: bool
) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    parts = ["", *(text[i : i + size] for i in range(0, len(text), size))]
    tool = {"type": "tool_use", "id": "t", "name": "n", "input": {}}
    deltas = [delta("input_json_delta", partial_json=part) for part in parts]
    message = message_of(begin(tool), *deltas, end())
    assert message.content == [{**tool, "input": value}]
    assert message.broken_inputs == {}


def test_a_tool_without_input_gets_an_empty_object() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "n", "input": {}}
    message = message_of(begin(tool), delta("input_json_delta", partial_json=""), end())
    assert message.content[0]["input"] == {}
    assert message.broken_inputs == {}


@pytest.mark.parametrize("text", ['{"a": [1, ', "[1]", '"text"', "null"])
def test_tool_input_that_is_no_object_is_set_aside(text: str) -> None:
    tool = {"type": "tool_use", "id": "t", "name": "n", "input": {}}
    message = message_of(begin(tool), delta("input_json_delta", partial_json=text), end())
    assert message.content[0]["input"] == {}
    assert message.broken_inputs == {0: text}


def test_citations_are_gathered_in_order() -> None:
    message = message_of(
        begin({"type": "text", "text": "", "citations": None}),
        delta("citations_delta", citation={"cited_text": "a"}),
        delta("citations_delta", citation={"cited_text": "b"}),
        end(),
    )
    assert message.content[0]["citations"] == [{"cited_text": "a"}, {"cited_text": "b"}]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "redacted_thinking", "data": "xyz"},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "s",
            "content": [{"type": "web_search_result", "encrypted_content": "e", "url": "u"}],
        },
        {"type": "invented_tomorrow", "anything": {"deep": [1, None]}},
    ],
)
def test_blocks_that_come_whole_are_kept_as_they_are(block: dict[str, Any]) -> None:
    assert message_of(begin(block), end()).content == [block]


def test_a_server_tool_gets_its_streamed_input() -> None:
    tool = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    part = delta("input_json_delta", partial_json='{"query": "bees"}')
    assert message_of(begin(tool), part, end()).content[0]["input"] == {"query": "bees"}


def test_blocks_may_be_written_side_by_side() -> None:
    message = message_of(
        begin({"type": "text", "text": ""}, 0),
        begin({"type": "text", "text": ""}, 1),
        delta("text_delta", 1, text="b"),
        delta("text_delta", 0, text="a"),
        end(1),
        end(0),
    )
    assert [block["text"] for block in message.content] == ["a", "b"]


def test_a_compaction_block_takes_its_fields() -> None:
    message = message_of(
        begin({"type": "compaction", "content": None, "signature": "s"}),
        delta("compaction_delta", content="short", encrypted_content="e"),
        end(),
    )
    assert message.content[0] == {
        "type": "compaction",
        "content": "short",
        "signature": "s",
        "encrypted_content": "e",
    }


def test_usage_is_overwritten_and_what_is_absent_stays() -> None:
    usage = {
        "output_tokens": 7,
        "input_tokens": None,
        "server_tool_use": {"web_search_requests": 1},
    }
    first = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 5}}
    message = message_of(first, {**first, "usage": usage})
    assert message.usage == {
        "input_tokens": 10,
        "output_tokens": 7,
        "cache_creation": {"ephemeral_1h_input_tokens": 4},
        "server_tool_use": {"web_search_requests": 1},
    }


def test_the_stop_reason_comes_with_its_details() -> None:
    details = {"type": "refusal", "category": "bio", "explanation": "no"}
    given = {"stop_reason": "refusal", "stop_sequence": None, "stop_details": details}
    message = message_of({"type": "message_delta", "delta": given, "usage": {}})
    assert (message.stop_reason, message.stop_details) == ("refusal", details)


def test_fields_that_nobody_knows_are_kept() -> None:
    given = {"stop_reason": "end_turn", "container": {"id": "c"}}
    message = message_of({"type": "message_delta", "delta": given})
    assert message.extra["container"] == {"id": "c"}


def test_every_event_has_its_type() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "n", "input": {}}
    assembler = Assembler()
    raws = [
        (START, MessageStart(START["message"])),  # type: ignore[arg-type]
        ({"type": "ping"}, Ping()),
        (begin(tool), BlockStart(0, tool)),
        (delta("text_delta", text="a"), TextDelta(0, "a")),
        (delta("thinking_delta", thinking="b"), ThinkingDelta(0, "b")),
        (delta("signature_delta", signature="c"), SignatureDelta(0, "c")),
        (delta("input_json_delta", partial_json="{}"), InputJsonDelta(0, "{}")),
        (delta("citations_delta", citation={"d": 1}), CitationsDelta(0, {"d": 1})),
        ({"type": "message_delta", "delta": {"stop_reason": "x"}, "usage": {}}, None),
        (STOP, MessageStop()),
    ]
    for raw, expected in raws:
        event = assembler.take(raw)
        assert event == expected or isinstance(event, MessageDelta)
    assert isinstance(assembler.take(end()), BlockStop)
    assert assembler.complete


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "invented"},
        {"no": "type"},
        {"type": 5},
        {"type": ["content_block_delta"]},
        [1],
        None,
        "text",
        {"type": "message_start"},
        {"type": "message_delta"},
        {"type": "content_block_start", "index": 0},
        {"type": "content_block_start", "index": 0, "content_block": 7},
        {"type": "content_block_delta", "index": 0},
        {"type": "content_block_delta", "index": 0, "delta": None},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}},
        {"type": "content_block_stop", "index": 99},
        {"type": "content_block_stop"},
    ],
)
def test_unknown_and_crippled_events_are_never_fatal(raw: Any) -> None:
    assembler = Assembler()
    assembler.take(START)
    assembler.take(begin({"type": "text", "text": ""}))
    assert isinstance(assembler.take(raw), Unknown)
    assembler.take(delta("text_delta", text="still"))
    assert assembler.join().text == "still"


@pytest.mark.parametrize("odd", [5, None, ["a"], {}])
def test_text_that_is_no_text_spoils_nothing(odd: Any) -> None:
    message = message_of(
        begin({"type": "text", "text": ""}),
        delta("text_delta", text=odd),
        delta("text_delta", text="still"),
        end(),
    )
    assert message.text == "still"


def test_an_unknown_delta_is_passed_over() -> None:
    assembler = Assembler()
    assembler.take(START)
    assembler.take(begin({"type": "text", "text": ""}))
    event = assembler.take(delta("hologram_delta", hologram=1))
    assert event == UnknownDelta(0, {"type": "hologram_delta", "hologram": 1})


def test_a_delta_for_a_block_that_never_began_is_passed_over() -> None:
    assembler = Assembler()
    assembler.take(START)
    assert isinstance(assembler.take(delta("text_delta", 3, text="a")), UnknownDelta)
    assert assembler.join().content == []


def test_an_error_event_is_raised_with_its_request() -> None:
    raw = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
    with pytest.raises(Overloaded, match="busy") as caught:
        Assembler("req_7").take(raw)
    assert (caught.value.request_id, caught.value.status) == ("req_7", 200)


HIGH, LOW = "\ud83d", "\ude00"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["a" + HIGH, LOW + "b"], "a😀b"),
        ([HIGH, "b"], "\ufffdb"),
        ([LOW], "\ufffd"),
        (["a", HIGH], "a"),
        ([HIGH + LOW], "😀"),
        ([HIGH, HIGH, LOW], "\ufffd😀"),
    ],
)
def test_halves_of_a_character_are_joined_and_lone_ones_replaced(
    parts: list[str], text: str
) -> None:
    assembler = Assembler()
    deltas = [delta("text_delta", text=part) for part in parts]
    shown = []
    for raw in (START, begin({"type": "text", "text": ""}), *deltas, end()):
        event = assembler.take(raw)
        shown.append(event.text if isinstance(event, TextDelta) else "")
    assert assembler.join().text == "".join(shown) == text
