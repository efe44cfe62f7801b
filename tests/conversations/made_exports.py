"""Made samples of what other products export, in the forms that they have."""

from typing import Any

NEW_YEAR = 1_704_067_200  # of 2024, in seconds


def said(role: str, *parts: Any, **more: Any) -> dict[str, Any]:
    """A message of ChatGPT's."""
    meta = {"model_slug": "gpt-4o"} if role == "assistant" else {}
    return {
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": NEW_YEAR + 60.5,
        "content": {"content_type": "text", "parts": list(parts)},
        "status": "finished_successfully",
        "recipient": "all",
        "metadata": {**meta, **more.pop("metadata", {})},
        **more,
    }


def node(key: str, parent: str | None, message: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": key, "message": message, "parent": parent, "children": []}


def chatgpt(title: str = "Of cats", answer: str = "A cat.") -> dict[str, Any]:
    """Two branches; a tool between two halves of an answer; a picture; what nobody saw."""
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1"}
    hidden = {"is_visually_hidden_from_conversation": True}
    code = {"content_type": "code", "text": "search('cats')"}
    nodes = [
        node("root", None, None),
        node("system", "root", said("system", "hidden", metadata=hidden)),
        node("q1", "system", said("user", "First question")),
        node("old", "q1", said("assistant", "An earlier answer")),
        node("look", "q1", said("assistant", "Let me look.")),
        node("call", "look", said("assistant", content=code, recipient="browser")),
        node("tool", "call", said("tool", "hidden results")),
        node("a1", "tool", said("assistant", "Here it is.")),
        node("q2", "a1", said("user", picture, "And this?")),
        node("a2", "q2", said("assistant", answer)),
    ]
    return {
        "title": title,
        "create_time": NEW_YEAR,
        "update_time": NEW_YEAR + 3_600,
        "mapping": {it["id"]: it for it in nodes},
        "current_node": "a2",
        "conversation_id": "gpt-1",
        "default_model_slug": "gpt-4o",
    }


def claude(
    key: str = "claude-1", name: str = "Reading", messages: list[Any] | None = None
) -> dict[str, Any]:
    """A file and a picture in the question."""
    asked = {
        "uuid": "1",
        "sender": "human",
        "text": "Read this",
        "content": [{"type": "text", "text": "Read this", "citations": []}],
        "created_at": "2025-05-01T10:00:00.000000Z",
        "attachments": [{"file_name": "a.txt", "extracted_content": "What is in it"}],
        "files": [{"file_name": "b.png", "file_kind": "image"}],
    }
    answer = {
        "uuid": "2",
        "sender": "assistant",
        "text": "",
        "content": [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "I did."}],
        "created_at": "2025-05-01T10:00:05.000000Z",
        "attachments": [],
        "files": [],
    }
    return {
        "uuid": key,
        "name": name,
        "created_at": "2025-05-01T10:00:00.000000Z",
        "updated_at": "2025-05-02T10:00:00.000000Z",
        "account": {"uuid": "a"},
        "chat_messages": [asked, answer] if messages is None else messages,
    }
