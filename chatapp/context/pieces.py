"""The blocks of messages as they may be sent, each with the message that it is from.

What is kept here: roles alternate, tool calls stand beside their results, thinking only
in an open tool loop, and nothing empty.
"""

import uuid
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest
from operator import attrgetter
from typing import Any, Literal

from chatapp.context import servers, tokens
from chatapp.context.notes import of_hand_back, of_staff, without_staff_tags
from chatapp.context.policy import Item
from chatapp.context.servers import kept_citations, whole_calls
from chatapp.conversations.models import Message

Block = dict[str, Any]
Role = Literal["user", "assistant"]
THINKING = ("thinking", "redacted_thinking")

# Current models refuse a prefilled assistant turn (a 400 since 4.6), so going
# on with an answer that was cut needs an instruction of its own.
GO_ON = (
    "Your answer above was cut off. Go on exactly where it stops: do not repeat anything, do not "
    "comment on the interruption. If it stops inside a code block, open the block again first."
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One block, and what it is: part of a message, or something that we put in."""

    role: Role
    block: Block
    id: uuid.UUID | None
    kind: str = "message"

    @property
    def type(self) -> str:
        return str(self.block.get("type"))

    @property
    def is_spoken(self) -> bool:
        """Whether a turn begins here, rather than going on after a tool."""
        return self.role == "user" and self.type != "tool_result"


def pieces(path: Iterable[Message], continued: uuid.UUID | None = None) -> list[Piece]:
    """All that may be sent of these messages, in order.

    `continued` is the answer that is to be written; what it holds already stays.
    """
    messages = list(path)
    found: list[Piece] = []
    for message, following in zip_longest(messages, messages[1:]):
        found += _of(message, message.pk == continued)
        if message.takeover_id and (not following or following.takeover_id != message.takeover_id):
            found += _hand_back(message)
    while found and found[0].role == "assistant":
        del found[0]
    return _without_old_thinking(_with_whole_tool_sets(found))


def _of(message: Message, is_continued: bool) -> Iterator[Piece]:
    if message.role == Message.Role.USER:
        yield from (
            Piece("user", without_staff_tags(block), message.pk)
            for block in message.content
            if not is_blank(block)
        )
    elif message.role == Message.Role.PERSON:
        yield Piece("user", of_staff(message), message.pk, "staff")
    elif message.stop_reason != "refusal":
        # The API asks to drop what a refusal had begun to say.
        parts = [part for part in map(list, _between_seams(message)) if _says_something(part)]
        go_on = Piece("user", {"type": "text", "text": GO_ON}, message.pk, "instruction")
        for part in parts:
            yield from part if part is parts[0] else [go_on, *part]
        if is_continued and parts and parts[-1][-1].role == "assistant":
            yield go_on


def _hand_back(message: Message) -> Iterator[Piece]:
    """What the assistant was told when the person who wrote this handed back."""
    assert message.takeover
    if message.takeover.told:
        yield Piece("user", of_hand_back(message.takeover), message.pk, "staff")


def _between_seams(message: Message) -> Iterator[Iterator[Piece]]:
    for a, b in pairwise([0, *message.seams, len(message.content)]):
        whole = whole_calls(message.content[a:b])
        blocks = (_sendable(block, whole) for block in message.content[a:b])
        yield (
            Piece("user" if block["type"] == "tool_result" else "assistant", block, message.pk)
            for block in blocks
            if block
        )


def _sendable(block: Block, whole: Container[str]) -> Block | None:
    """A block of an answer as it may be sent back, or None; `whole` calls of the server are.

    Citations of documents are left out, and thinking without a signature: it was cut and
    would be refused. So is what we do not know.
    """
    match block.get("type"):
        case "text" if not is_blank(block):
            return {"type": "text", "text": block["text"], **kept_citations(block)}
        case "tool_use" | "tool_result":
            return block
        case kind if kind == servers.CALL or kind in servers.RESULTS:
            return block if servers.id_of(block) in whole else None
        case "redacted_thinking" if block.get("data"):
            return block
        case "thinking" if block.get("signature"):
            return block
    return None


def _says_something(part: Iterable[Piece]) -> bool:
    return any(piece.type not in THINKING for piece in part)


def is_blank(block: Block) -> bool:
    return block.get("type") == "text" and not block["text"].strip()


def in_turns(found: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces of one role in a row make one turn, so that roles alternate."""
    return [list(group) for _, group in groupby(found, key=attrgetter("role"))]


def _calls(turn: Iterable[Piece]) -> set[str]:
    return {str(piece.block.get("id")) for piece in turn if piece.type == "tool_use"}


def _answers(turn: Iterable[Piece]) -> set[str]:
    return {str(piece.block.get("tool_use_id")) for piece in turn if piece.type == "tool_result"}


def _with_whole_tool_sets(found: list[Piece]) -> list[Piece]:
    """Without calls that lack a result and results that lack a call: both are refused.

    A set of parallel calls stays or goes as a whole.
    """
    turns = in_turns(found)
    whole: set[str] = set()
    for turn, after in pairwise([*turns, []]):
        for _, of_message in groupby(turn, key=attrgetter("id")):
            calls = _calls(of_message)
            whole |= calls if calls <= _answers(after) else set()
    kept: list[Piece] = []
    for before, turn in pairwise([[], *turns]):
        called = _calls(before) & whole
        kept += [
            piece
            for piece in turn
            if not (piece.type == "tool_use" and str(piece.block.get("id")) not in whole)
            and not (
                piece.type == "tool_result" and str(piece.block.get("tool_use_id")) not in called
            )
        ]
    return kept


def _without_old_thinking(found: list[Piece]) -> list[Piece]:
    """Thinking stays only in a tool loop that is still open, and there all of it."""
    begin = len(found)
    if found and found[-1].type == "tool_result":
        begin = max((at for at, piece in enumerate(found) if piece.is_spoken), default=0)
    return [piece for at, piece in enumerate(found) if at > begin or piece.type not in THINKING]


def as_offered(found: list[Piece], tools: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """Without searches and pages where the request offers no tool that brings them.

    They are the longest part of an answer, whose own words say what was found.
    """
    if any("type" in tool for tool in tools):
        return found
    kept = [p for p in found if p.type != servers.CALL and p.type not in servers.RESULTS]
    bare = {"type": "text"}
    return [
        replace(p, block={**bare, "text": p.block["text"]}) if "citations" in p.block else p
        for p in kept
    ]


def items(path: Sequence[Message], found: Sequence[Piece]) -> list[Item]:
    """The messages as `policy` takes them, weighed by what is sent of them."""
    by_message: dict[uuid.UUID | None, list[Piece]] = {}
    for piece in found:
        by_message.setdefault(piece.id, []).append(piece)
    open_calls: set[str] = set()
    made = []
    for message in path:
        own = by_message.get(message.pk, [])
        open_calls = (open_calls | _calls(own)) - _answers(own)
        weight = tokens.of_blocks(piece.block for piece in own) + tokens.TURN * bool(own)
        role: Role = "assistant" if message.role == Message.Role.ASSISTANT else "user"
        made.append(Item(message.pk, role, weight, bool(open_calls)))
    return made
