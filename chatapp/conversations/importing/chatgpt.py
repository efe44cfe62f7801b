"""ChatGPT's export: a tree of nodes, of which many are nothing that a person saw."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from chatapp.conversations.importing.told import (
    Item,
    ToldConversation,
    ToldMessage,
    Unreadable,
    in_order,
    key_of,
    listed,
    mapped,
    time_of,
    words,
)

SPOKEN = {"user", "assistant"}
# Reasoning, its recaps and what tools were told: kept by ChatGPT beside what it said.
UNSPOKEN = {"thoughts", "reasoning_recap", "user_editable_context", "model_editable_context"}


def is_mine(item: Item) -> bool:
    return isinstance(item.get("mapping"), dict)


def read(item: Item) -> ToldConversation:
    """Raises Unreadable."""
    nodes = {key: node for key, node in item["mapping"].items() if isinstance(node, dict)}
    told = {key: message for key, node in nodes.items() if (message := _message(key, node))}
    for message in told.values():
        message.parent = _spoken_above(message.parent, nodes, told)
    if not told:
        raise Unreadable(gettext("it has no messages"))
    current = item.get("current_node")
    leaf = _spoken_above(current if isinstance(current, str) else None, nodes, told)
    messages, into = _joined(list(told.values()))
    return ToldConversation(
        source="chatgpt",
        key=key_of(item.get("conversation_id") or item.get("id")),
        title=words(item.get("title"), 200),
        messages=messages,
        current=into.get(leaf, leaf) if leaf else None,
        created_at=time_of(item.get("create_time")),
        active_at=time_of(item.get("update_time")),
        archived_at=time_of(item.get("update_time")) if item.get("is_archived") is True else None,
        model=words(item.get("default_model_slug"), 100),
    )


def _message(key: str, node: dict[str, Any]) -> ToldMessage | None:
    """What a person saw of a node; None for system notes, tools and hidden ones."""
    message = mapped(node.get("message"))
    meta = mapped(message.get("metadata"))
    role = mapped(message.get("author")).get("role")
    if role not in SPOKEN or meta.get("is_visually_hidden_from_conversation"):
        return None
    # What is addressed to a tool is no answer.
    if role == "assistant" and message.get("recipient") not in (None, "all"):
        return None
    text = words("\n\n".join(_texts(mapped(message.get("content")))))
    if not text.strip():
        return None
    parent = node.get("parent")
    return ToldMessage(
        key=words(key),
        parent=parent if isinstance(parent, str) else None,
        role=role,
        text=text,
        at=time_of(message.get("create_time")),
        model=words(meta.get("model_slug"), 100) if role == "assistant" else "",
    )


def _texts(content: Item) -> Iterator[str]:
    if content.get("content_type") in UNSPOKEN:
        return
    if isinstance(content.get("text"), str):
        fence = "```" if content.get("content_type") == "code" else ""
        yield f"{fence}\n{content['text']}\n{fence}" if fence else content["text"]
    for part in listed(content.get("parts")):
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            yield _named(part)


def _named(part: Item) -> str:
    """A picture or sound, which is in no file that we are given, by its name."""
    if isinstance(part.get("text"), str):
        return str(part["text"])
    kind = str(part.get("content_type") or "file").partition("_")[0]
    name = str(part.get("asset_pointer") or part.get("name") or "?").rpartition("/")[2]
    return f"[{kind}: {name}]"


def _spoken_above(
    key: str | None, nodes: dict[str, dict[str, Any]], told: dict[str, ToldMessage]
) -> str | None:
    """The nearest node at or above that one that was said; a loop ends where it closes."""
    seen: set[str] = set()
    while key is not None and key not in told and key not in seen:
        seen.add(key)
        parent = nodes.get(key, {}).get("parent")
        key = parent if isinstance(parent, str) else None
    return key if key in told else None


def _joined(messages: list[ToldMessage]) -> tuple[list[ToldMessage], dict[str, str]]:
    """An answer in several nodes, between which tools were at work, as one message.

    The second tells for each node that went into another which one that is.
    """
    kept: dict[str, ToldMessage] = {}
    into: dict[str, str] = {}
    ordered = in_order(messages)
    followers = Counter(message.parent for message in ordered)
    for message in ordered:
        is_only = followers[message.parent] == 1
        above = kept.get(into.get(message.parent or "", message.parent or ""))
        if above and is_only and message.role == above.role == "assistant":
            above.text = f"{above.text}\n\n{message.text}"
            into[message.key] = above.key
        else:
            message.parent = above.key if above else None
            kept[message.key] = message
    return list(kept.values()), into
