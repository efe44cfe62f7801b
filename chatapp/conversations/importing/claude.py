"""Claude's export: messages in a row, in newer files each with the one before."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from chatapp.conversations.importing.told import (
    Item,
    ToldConversation,
    ToldMessage,
    Unreadable,
    key_of,
    listed,
    mapped,
    time_of,
    words,
)

ROLES = {"human": "user", "assistant": "assistant"}
# What stands for "no message before this".
NOBODY = "00000000-0000-4000-8000-000000000000"


def is_mine(item: Item) -> bool:
    return isinstance(item.get("chat_messages"), list)


def read(item: Item) -> ToldConversation:
    """Raises Unreadable."""
    rows = [row for row in listed(item.get("chat_messages")) if isinstance(row, dict)]
    messages: list[ToldMessage] = []
    for at, row in enumerate(rows):
        before = messages[-1].key if messages else None
        if message := _message(row, str(at), before):
            messages.append(message)
    if not messages:
        raise Unreadable(gettext("it has no messages"))
    current = item.get("current_leaf_message_uuid")
    return ToldConversation(
        source="claude",
        key=key_of(item.get("uuid")),
        title=words(item.get("name"), 200),
        messages=messages,
        current=current if isinstance(current, str) else messages[-1].key,
        created_at=time_of(item.get("created_at")),
        active_at=time_of(item.get("updated_at")),
        model=words(item.get("model"), 100),
    )


def _message(row: dict[str, Any], at: str, before: str | None) -> ToldMessage | None:
    role = ROLES.get(str(row.get("sender")))
    text = words("\n\n".join(filter(None, [_said(row), *_files(row)])))
    if role is None or not text.strip():
        return None
    key, parent = row.get("uuid"), row.get("parent_message_uuid")
    if not isinstance(parent, str):
        parent = before
    return ToldMessage(
        key=words(key) or at,
        parent=None if parent == NOBODY else parent,
        role=role,
        text=text,
        at=time_of(row.get("created_at")),
    )


def _said(row: Item) -> str:
    """The text blocks; older files have `text` alone."""
    blocks = [mapped(block) for block in listed(row.get("content"))]
    said = [block["text"] for block in blocks if isinstance(block.get("text"), str)]
    whole = row.get("text")
    return "\n\n".join(said) or (whole if isinstance(whole, str) else "")


def _files(row: Item) -> Iterator[str]:
    """Names of what was attached, and its text where the file holds it."""
    for file in map(mapped, [*listed(row.get("attachments")), *listed(row.get("files"))]):
        name = str(file.get("file_name") or file.get("name") or "?")
        image = str(file.get("file_kind")) == "image"
        yield f"[{'image' if image else 'file'}: {name}]"
        if isinstance(file.get("extracted_content"), str) and file["extracted_content"]:
            yield file["extracted_content"]
