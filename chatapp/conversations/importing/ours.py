"""Our own JSON (docs/export.md): the whole tree, with thinking, tools and feedback."""

from math import isfinite
from typing import Any

from django.utils.translation import gettext

from chatapp.conversations.files.blocks import stand_in
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
from chatapp.rendering.sanitize import usable

STATUSES = {"done", "stopped", "failed", "interrupted"}
# What of an answer is kept as it was: each kind of block with the fields that are texts.
BLOCKS = {
    "text": ("text",),
    "thinking": ("thinking",),
    "redacted_thinking": ("data",),
    "tool_use": ("id", "name"),
    "tool_result": ("tool_use_id",),
}


def is_mine(item: Item) -> bool:
    return isinstance(item.get("messages"), list)


def read(item: Item) -> ToldConversation:
    """Raises Unreadable."""
    rows = map(mapped, listed(item.get("messages")))
    messages = [message for row in rows if (message := _message(row))]
    if not messages:
        raise Unreadable(gettext("it has no messages"))
    current = item.get("current_message")
    return ToldConversation(
        source="ours",
        key=key_of(item.get("id")),
        title=words(item.get("title"), 200),
        messages=messages,
        current=current if isinstance(current, str) else None,
        created_at=time_of(item.get("created_at")),
        active_at=time_of(item.get("active_at")),
        pinned_at=time_of(item.get("pinned_at")),
        archived_at=time_of(item.get("archived_at")),
        model=words(item.get("model"), 100),
    )


def _message(row: Item) -> ToldMessage | None:
    role, text = row.get("role"), words(row.get("text"))
    if role == "person":
        # Nobody of the staff here said this, so nobody of the staff is shown as having said it.
        role, text = "assistant", f"[{words(row.get('author'), 80) or 'A person'}]: {text}"
    if role not in ("user", "assistant"):
        return None
    is_answer = row.get("role") == "assistant"
    files = [] if is_answer else _files(row)
    status = row.get("status")
    parent = row.get("parent")
    return ToldMessage(
        key=key_of(row.get("id")),
        parent=parent if isinstance(parent, str) else None,
        role=role,
        text="\n\n".join(filter(None, [*files, text])),
        at=time_of(row.get("created_at")),
        content=_content(row) if is_answer else [],
        model=words(row.get("model"), 100),
        # One that was still being written then is not being written here.
        status=(status if status in STATUSES else "interrupted") if is_answer else "done",
        stop_reason=words(row.get("stop_reason"), 40),
        seams=_seams(row) if is_answer else [],
        feedback=mapped(row.get("feedback")) or None,
    )


def _files(row: Item) -> list[str]:
    blocks = [mapped(block) for block in listed(row.get("content"))]
    found = [block for block in blocks if block.get("type") in ("image", "document")]
    names = [(stand_in(block) or {}).get("name") or block.get("title") for block in found]
    return [
        f"[{block['type']}: {words(name, 200) or '?'}]"
        for block, name in zip(found, names, strict=True)
    ]


def _content(row: Item) -> list[dict[str, Any]]:
    """Blocks that are what they say; one that is not would break the page that shows it."""
    return [_clean(block) for block in listed(row.get("content")) if _is_sound(block)]


def _is_sound(block: Any) -> bool:
    if not isinstance(block, dict):
        return False
    fields = BLOCKS.get(str(block.get("type")))
    if fields is None or not all(isinstance(block.get(name), str) for name in fields):
        return False
    if block["type"] == "tool_use":
        return isinstance(block.get("input"), dict)
    if block["type"] == "tool_result":
        return isinstance(block.get("content", ""), str)
    cited = block.get("citations")
    return not cited or (isinstance(cited, list) and all(isinstance(it, dict) for it in cited))


def _clean(value: Any) -> Any:
    """JSON with nothing in it that the database would refuse."""
    if isinstance(value, str):
        return usable(value.replace("\x00", ""))
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if value is None or isinstance(value, bool | int):
        return value
    number = float(value)
    return number if isfinite(number) else None


def _seams(row: Item) -> list[int]:
    """None where a block was dropped: the indices would point elsewhere."""
    content = listed(row.get("content"))
    given = listed(row.get("seams"))
    is_whole = len(_content(row)) == len(content)
    fits = all(type(at) is int and 0 <= at <= len(content) for at in given)
    return given if is_whole and fits else []
