"""What of a message is shown outside of the app, whatever the format."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from chatapp.claude import model
from chatapp.conversations.files.blocks import stand_in
from chatapp.conversations.models import Message
from chatapp.prompts.tools import label_of

Block = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """What an answer cites."""

    title: str
    url: str


@dataclass(frozen=True)
class Piece:
    """`kind` is text, thinking, tool or file; of a tool `text` is what it said."""

    kind: str
    text: str
    label: str = ""  # of a tool or file
    given: str = ""  # what a tool was called with
    is_error: bool = False
    sources: list[Source] = field(default_factory=list)


def pieces_of(message: Message) -> list[Piece]:
    """The message in the order in which it is read."""
    content: list[Block] = [block for block in message.content if isinstance(block, dict)]
    files = [Piece("file", "", label=_file_name(block)) for block in content if _is_file(block)]
    if message.role != Message.Role.ASSISTANT:
        return [*files, Piece("text", message.text)]
    return [*_answer(content), *files]


def _answer(content: list[Block]) -> Iterator[Piece]:
    results = {block.get("tool_use_id"): block for block in content if "tool_use_id" in block}
    for block in content:
        kind = str(block.get("type"))
        if kind == "text" and block.get("text"):
            yield Piece("text", str(block["text"]), sources=list(_sources(block)))
        elif kind == "thinking" and block.get("thinking"):
            yield Piece("thinking", str(block["thinking"]))
        elif kind.endswith("tool_use"):
            yield _tool(block, results.get(block.get("id"), {}))


def _tool(call: Block, result: Block) -> Piece:
    given = call.get("input") or {}
    lines = given.items() if isinstance(given, dict) else [("input", given)]
    said = result.get("content", "")
    return Piece(
        "tool",
        said if isinstance(said, str) else json.dumps(said, ensure_ascii=False),
        label=label_of(str(call.get("name"))),
        given="\n".join(f"{name}: {_plain(value)}" for name, value in lines),
        is_error=bool(result.get("is_error")),
    )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sources(block: Block) -> Iterator[Source]:
    for cited in block.get("citations") or ():
        url = str(cited.get("url") or "")
        title = str(cited.get("title") or cited.get("document_title") or url)
        if title:
            yield Source(title, url)


def numbered(pieces: Iterable[Piece]) -> dict[Source, int]:
    """The sources of a message in the order in which they are first cited, from 1."""
    found: dict[Source, int] = {}
    for piece in pieces:
        for source in piece.sources:
            found.setdefault(source, len(found) + 1)
    return found


def _is_file(block: Block) -> bool:
    return block.get("type") in ("image", "document")


def _file_name(block: Block) -> str:
    data = stand_in(block) or {}
    return str(data.get("name") or block.get("title") or block.get("type"))


def who(message: Message) -> str:
    """Who says it, in words that stand above it."""
    if message.takeover:
        return gettext("%(name)s (a person)") % {"name": message.takeover.name}
    return gettext("You") if message.role == Message.Role.USER else model_name(message.model)


def model_name(key: str) -> str:
    return model(key, settings.MODEL_OVERRIDES).name if key else gettext("Assistant")
