"""Puts an answer together: blocks, stop reason and usage from request and directives."""

import base64
import hashlib
from typing import Any

from chatapp.claude.catalogue import Model, model
from chatapp.claude.simulator import web
from chatapp.claude.simulator.answers import answer_to
from chatapp.claude.simulator.directives import Directives
from chatapp.claude.simulator.validate import tokens_of
from chatapp.claude.simulator.wire import Answer, new_id

_THOUGHT = "The question is clear enough. I will answer it in order, the main point first."
_REFUSAL = {"type": "refusal", "category": "cyber", "explanation": "This was asked for in a test."}
_CHARACTERS_A_TOKEN = 4


def compose(body: dict[str, Any], asked: Directives) -> Answer:
    """The whole answer to a valid request."""
    text = answer_to(body, asked)
    reason, sequence = "end_turn", None
    limit = body["max_tokens"] * _CHARACTERS_A_TOKEN
    # A text that a test has set goes out whole, however small its max_tokens.
    if len(text) > limit and asked.text is None and asked.giant is None:
        text, reason = text[:limit], "max_tokens"
    for stop in body.get("stop_sequences") or ():
        if stop in text:
            text, reason, sequence = text[: text.index(stop)], "stop_sequence", stop
    if asked.refusal:
        text, reason = "", "refusal"
    blocks = _thinking(body, asked, text)
    searched = [] if asked.refusal else web.searches(body, asked)
    blocks += searched
    if asked.pauses and searched:
        reason = "pause_turn"
    elif text:
        blocks += web.cited(searched or web.paused(body), _text_block(body, text))
    if asked.tools and not asked.refusal:
        blocks += [_tool(name, given) for name, given in asked.tools]
        reason = "tool_use"
    reason = asked.stop or reason
    return Answer(
        id=new_id("msg_"),
        model=body["model"],
        blocks=blocks,
        stop_reason=reason,
        stop_sequence=sequence,
        stop_details=_REFUSAL if reason == "refusal" else None,
        usage=_usage(body, blocks),
    )


def _text_block(body: dict[str, Any], text: str) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": text, "citations": None}
    if title := _cited_document(body):
        block["citations"] = [
            {
                "type": "char_location",
                "cited_text": text[:20],
                "document_index": 0,
                "document_title": title,
                "start_char_index": 0,
                "end_char_index": len(text[:20]),
                "file_id": None,
            }
        ]
    return block


def _cited_document(body: dict[str, Any]) -> str | None:
    for message in body["messages"]:
        for block in message["content"] if isinstance(message["content"], list) else ():
            if block["type"] == "document" and (block.get("citations") or {}).get("enabled"):
                return str(block.get("title") or "document")
    return None


def _tool(name: str, given: dict[str, Any]) -> dict[str, Any]:
    caller = {"type": "direct"}
    return {
        "type": "tool_use",
        "id": new_id("toolu_"),
        "name": name,
        "input": given,
        "caller": caller,
    }


def _thinking(body: dict[str, Any], asked: Directives, text: str) -> list[dict[str, Any]]:
    setting = body.get("thinking") or {}
    if asked.thinking_off or not _thinks(model(body["model"]), setting):
        return []
    shown = asked.thinking or (_THOUGHT if setting.get("display") == "summarized" else "")
    digest = hashlib.sha256(f"{shown}{text}".encode("utf-8", "replace")).digest()
    signature = base64.b64encode(digest * 4).decode()
    thought = {"type": "thinking", "thinking": shown, "signature": signature}
    return (
        [thought, {"type": "redacted_thinking", "data": signature}] if asked.redacted else [thought]
    )


def _thinks(found: Model, setting: dict[str, Any]) -> bool:
    kind = setting.get("type")
    if kind is None:
        return found.thinking in ("always", "on")
    return kind in ("adaptive", "enabled")


def _usage(body: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
    total = tokens_of(body)
    written, read = _cached(body, total)
    thought = 60 if any(block["type"] == "thinking" for block in blocks) else 0
    said = sum(len(str(block.get("text") or block.get("input") or "")) for block in blocks)
    return {
        "input_tokens": total - written - read,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0},
        "output_tokens": thought + max(1, said // _CHARACTERS_A_TOKEN),
        "output_tokens_details": {"thinking_tokens": thought},
        "server_tool_use": web.usage(blocks),
        "service_tier": "standard",
        "inference_geo": "not_available",
    }


def _cached(body: dict[str, Any], total: int) -> tuple[int, int]:
    """Tokens written to and read from the cache: the newest turn is new, the rest is known."""
    if "cache_control" not in str(body) or total < model(body["model"]).minimum_cacheable:
        return 0, 0
    if len(body["messages"]) < 3:
        return total - 4, 0
    newest = tokens_of({"messages": body["messages"][-2:]})
    return min(newest, total) - 4, max(0, total - newest)
