"""The simulator refuses what the API refuses."""

from base64 import b64encode
from typing import Any

import pytest

from chatapp.claude.simulator.validate import bad_headers, bad_request, tokens_of

NEW, OLD = "2026-10-21", "2023-06-01"
USER = {"role": "user", "content": "Hello?"}
ASSISTANT = {"role": "assistant", "content": "Hi."}
SYSTEM = {"role": "system", "content": "Be brief."}
TOOL_USE = {"type": "tool_use", "id": "t1", "name": "n", "input": {}}
TOOL = {"name": "n", "description": "d", "input_schema": {"type": "object"}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "x"}


def refusal(version: str = NEW, **fields: Any) -> str | None:
    body = {"model": "claude-opus-5-5", "max_tokens": 4000, "messages": [USER], **fields}
    found = bad_request({name: value for name, value in body.items() if value is not None}, version)
    return found.message if found else None


def user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def given(kind: str, media_type: str, data: bytes, **more: Any) -> dict[str, Any]:
    source = {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}
    return {"type": kind, "source": source, **more}


def png(side: int = 2) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + side.to_bytes(4) * 2


def words(**source: Any) -> dict[str, Any]:
    told = {"type": "text", "media_type": "text/plain", "data": "Bees.", **source}
    return {"type": "document", "source": told}


PDF = b"%PDF-1.4 " + b"/Type /Pages /Type /Page " * 3
OLD_MODEL = {"model": "claude-haiku-4-5"}
GOOD: dict[str, dict[str, Any]] = {
    "one question": {},
    "neighbours of one role": {"messages": [USER, USER, ASSISTANT, ASSISTANT, USER]},
    "a tool's round": {"messages": [USER, assistant(TOOL_USE), user(RESULT)]},
    "tools of which none may be used": {"tools": [TOOL], "tool_choice": {"type": "none"}},
    "a tool of the server": {"tools": [{"type": "web_search_20260318", "name": "web_search"}]},
    "adaptive thinking": {"thinking": {"type": "adaptive"}},
    "empty thinking sent back": {
        "messages": [USER, assistant({"type": "thinking", "thinking": "", "signature": "s"}), USER]
    },
    "a system turn at its place": {"messages": [USER, SYSTEM]},
    "prefill of an old model": {"model": "claude-haiku-4-5", "messages": [USER, ASSISTANT]},
    "a server tool to go on with": {
        "messages": [
            USER,
            assistant({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}),
        ]
    },
    "budget of an old model": {
        "model": "claude-haiku-4-5",
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    },
    "thinking off": {"model": "claude-haiku-5-5", "thinking": {"type": "disabled"}},
    "thinking between tools": {
        "model": "claude-sonnet-5-5",
        "thinking": {"type": "between_tools"},
    },
    "all kinds of files": {
        "messages": [
            user(
                given("image", "image/png", png(8_000)),
                given("image", "image/webp", b"RIFF"),
                given("document", "application/pdf", PDF, title="a.pdf"),
                words(),
                {"type": "document", "source": {"type": "file", "file_id": "f"}},
            )
        ]
    },
    "as many pages as there may be": {
        "messages": [user(*[given("document", "application/pdf", PDF)] * 200)]
    },
    "only filling the cache": {"max_tokens": 0},
    "a dated model": {"model": "claude-haiku-4-5-20251001"},
}
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "no model": ("model", {"model": None}),
    "unknown model": ("model: claude-9", {"model": "claude-9"}),
    "no limit": ("max_tokens: Field required", {"max_tokens": None}),
    "limit too high": ("which is the maximum", {"max_tokens": 200_000}),
    "limit of a wrong type": ("max_tokens", {"max_tokens": "many"}),
    "temperature": ("temperature", {"temperature": 1.0}),
    "top_k": ("top_k", {"top_k": 5}),
    "no messages": ("at least one message", {"messages": []}),
    "unknown role": ("role", {"messages": [{"role": "tool", "content": "x"}]}),
    "assistant first": ("first message", {"messages": [ASSISTANT, USER]}),
    "empty text": ("non-empty", {"messages": [{"role": "user", "content": " "}]}),
    "empty block": ("non-empty", {"messages": [user({"type": "text", "text": ""})]}),
    "block without type": ("type: Field required", {"messages": [user({"text": "x"})]}),
    "no blocks": ("non-empty list", {"messages": [user()]}),
    "prefill": ("prefill", {"messages": [USER, ASSISTANT]}),
    "citations of a user": (
        "citations",
        {"messages": [user({"type": "text", "text": "x", "citations": [{"a": 1}]})]},
    ),
    "unsigned thinking": (
        "signature",
        {"messages": [USER, assistant({"type": "thinking", "thinking": "x"}), USER]},
    ),
    "an image without a source": (
        "source: Field required",
        {"messages": [user({"type": "image"})]},
    ),
    "an image of another kind": (
        "not a valid image/png",
        {"messages": [user(given("image", "image/png", b"GIF89a"))]},
    ),
    "a drawing": ("media_type", {"messages": [user(given("image", "image/svg+xml", b"<svg>"))]}),
    "an image with a title": (
        "image.title: Extra",
        {"messages": [user(given("image", "image/png", png(), title="a"))]},
    ),
    "an image too large": (
        "8000 pixels",
        {"messages": [user(given("image", "image/png", png(8_001)))]},
    ),
    "many images that are large": (
        "2000 pixels",
        {"messages": [user(*[given("image", "image/png", png(2_001))] * 21)]},
    ),
    "too many images": (
        "101 > 100",
        {**OLD_MODEL, "messages": [user(*[given("image", "image/png", png())] * 101)]},
    ),
    "an image with too many bytes": (
        "10 MB",
        {"messages": [user(given("image", "image/png", png() + bytes(8 << 20)))]},
    ),
    "too many pages": (
        "maximum of 100 PDF pages",
        {**OLD_MODEL, "messages": [user(*[given("document", "application/pdf", PDF)] * 34)]},
    ),
    "a page that is none": (
        "PDF specified was not valid",
        {"messages": [user(given("document", "application/pdf", b"Hello"))]},
    ),
    "data that is no base64": (
        "Invalid base64",
        {
            "messages": [
                user(
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "?"},
                    }
                )
            ]
        },
    ),
    "a stand-in for data": ("valid string", {"messages": [user(words(type="base64", data={}))]}),
    "a text without words": ("non-empty", {"messages": [user(words(data=" "))]}),
    "a text of another kind": ("text/plain", {"messages": [user(words(media_type="text/html"))]}),
    "a source of another kind": ("unknown", {"messages": [user(words(type="folder"))]}),
    "result twice": (
        "a single result",
        {"messages": [USER, assistant(TOOL_USE), user(RESULT, RESULT)]},
    ),
    "result behind words": (
        "stand before",
        {
            "messages": [
                USER,
                assistant(TOOL_USE),
                user({"type": "text", "text": "Here:"}, RESULT),
            ]
        },
    ),
    "call twice": ("unique", {"messages": [USER, assistant(TOOL_USE, TOOL_USE), user(RESULT)]}),
    "tools of one name": ("unique", {"tools": [TOOL, TOOL]}),
    "a tool's bad name": ("pattern", {"tools": [{**TOOL, "name": "ask a human"}]}),
    "a tool without schema": ("'object'", {"tools": [{"name": "n"}]}),
    "a choice of no tools": ("while providing tools", {"tool_choice": {"type": "none"}}),
    "an unknown choice": ("tool_choice.type", {"tools": [TOOL], "tool_choice": {"type": "some"}}),
    "missing result": ("t1", {"messages": [USER, assistant(TOOL_USE), USER]}),
    "result of nothing": ("unexpected `tool_use_id`", {"messages": [user(RESULT)]}),
    "system first": ("first message", {"messages": [SYSTEM, USER]}),
    "system in a wrong place": ("not allowed here", {"messages": [USER, SYSTEM, USER]}),
    "system for a model without": (
        "not supported",
        {"model": "claude-sonnet-5", "messages": [USER, SYSTEM]},
    ),
    "thinking off": ("disabled is not supported", {"thinking": {"type": "disabled"}}),
    "thinking by budget": (
        "enabled is not supported",
        {"thinking": {"type": "enabled", "budget_tokens": 2000}},
    ),
    "small budget": (
        "at least 1024",
        {"model": "claude-haiku-4-5", "thinking": {"type": "enabled", "budget_tokens": 10}},
    ),
    "adaptive thinking of an old model": (
        "adaptive",
        {"model": "claude-haiku-4-5", "thinking": {"type": "adaptive"}},
    ),
    "unknown thinking": ("unknown", {"thinking": {"type": "deep"}}),
    "a prompt too long": (
        "prompt is too long",
        {"model": "claude-haiku-4-5", "messages": [user({"type": "text", "text": "x" * 900_000})]},
    ),
}


@pytest.mark.parametrize("fields", GOOD.values(), ids=GOOD)
def test_sound_requests_are_taken(fields: dict[str, Any]) -> None:
    assert refusal(**fields) is None


@pytest.mark.parametrize(("words", "fields"), BAD.values(), ids=BAD)
def test_unsound_requests_are_refused(words: str, fields: dict[str, Any]) -> None:
    assert words in (refusal(**fields) or "")


def test_the_old_version_takes_sampling_of_old_models_only() -> None:
    assert refusal(OLD, model="claude-opus-4-6", temperature=1.0) is None
    assert refusal(OLD, temperature=0.5)


def test_an_image_counts_as_an_image_and_not_by_its_bytes() -> None:
    image = given("image", "image/png", png() + bytes(5_000_000))
    picture = user(image, {"type": "text", "text": "What is this?"})
    assert refusal(messages=[picture]) is None
    assert 1000 < tokens_of({"messages": [picture]}) < 3000


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    found = bad_request(body, NEW)
    assert found is not None
    assert found.status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-api-key": "k", "anthropic-version": NEW}, None),
        ({"authorization": "Bearer k", "anthropic-version": OLD}, None),
        ({"anthropic-version": NEW}, 401),
        ({"authorization": "Bearer ", "anthropic-version": NEW}, 401),
        ({"x-api-key": "invalid", "anthropic-version": NEW}, 401),
        ({"x-api-key": "k"}, 400),
        ({"x-api-key": "k", "anthropic-version": "2026-04-10"}, 400),
    ],
)
def test_headers_are_looked_at_first(headers: dict[str, str], status: int | None) -> None:
    found = bad_headers(headers)
    assert (found.status if found else None) == status
