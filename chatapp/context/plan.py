"""The request for one answer: tools | system | files | notes | tail | newest message.

The API is stateless: all that Claude shall know is sent at every turn. Between two
compactions each request extends the one before it, so the cache can read it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext

from chatapp.claude import Request
from chatapp.context import notes, tokens
from chatapp.context.cover import Cover, read
from chatapp.context.directions import Directions
from chatapp.context.files import require_files, within_limits
from chatapp.context.models import Summary
from chatapp.context.pieces import Piece, as_offered, in_turns, is_blank, items, pieces
from chatapp.context.policy import Item, fit
from chatapp.context.standing import standing
from chatapp.conversations.files.sending import has_files
from chatapp.conversations.models import Message
from chatapp.errors import TooLarge

EPHEMERAL = {"type": "ephemeral"}
NO_MORE = {"type": "none"}  # Claude may not use a tool, and has to answer in words
MARGIN = 0.02  # of the limit: what is never filled
NEAR = 0.9  # of the limit: from here on an estimate is not good enough


@dataclass(frozen=True)
class Plan:
    """A request and where it came from.

    `tokens` is the estimate of its input, `limit` how much may be; `uncovered` is the
    part of it that no notes stand for. `parts` name what each block is: `at` counts
    messages, `block` the blocks in it (the system prompt stands at -1).
    """

    request: Request
    parts: list[dict[str, Any]]
    covered_until: uuid.UUID | None
    left_out: int
    tokens: int
    limit: int
    uncovered: int
    is_due: bool

    @property
    def has_files(self) -> bool:
        return has_files(self.request)


def plan(by: Directions, answer: Message, scale: float = 1.0) -> Plan:
    """Everything before `answer`, and what `answer` already holds if it is continued.

    `scale` corrects the estimates by a count of the API: counted tokens for each
    estimated one. Raises TooLarge when the newest message alone does not fit.
    """
    return build(by, read(answer.conversation_id, answer.pk), answer.pk, scale)


def is_near_limit(made: Plan) -> bool:
    """Whether `count_tokens` must be asked before this is sent; see `scale_of`."""
    return made.tokens > made.limit * NEAR


def scale_of(made: Plan, counted: int) -> float | None:
    """None if the counted tokens fit; else plan once more with this scale."""
    return counted / max(1, made.tokens) if counted > made.limit else None


def build(by: Directions, cover: Cover, answer_id: uuid.UUID, scale: float = 1.0) -> Plan:
    """The same from what was read already. No queries."""
    limit, minimum = limit_of(by), by.model.minimum_cacheable
    files = standing(by, limit)
    system_tokens = _system_tokens(by, files)
    if files and system_tokens >= minimum:
        files = _with_breakpoint(files, len(files) - 1)
    offered = as_offered(pieces(cover.tail, answer_id), by.tools)
    found = within_limits(offered, by.model, beside=files)
    weights = items(cover.tail, found)
    head, cut = _fitted(cover, weights, int(limit / scale) - system_tokens)
    head = _marked(head, minimum - system_tokens)
    left = {item.id for item in weights[:cut]}
    tail = [piece for piece in found if piece.id not in left]
    messages, parts = _in_messages([*files, *head, *tail])
    has_notes = any(piece.kind == "summary" for piece in head)
    uncovered = sum(item.tokens for item in weights)
    total = system_tokens + _tokens(head) + sum(item.tokens for item in weights[cut:])
    return Plan(
        request=Request(
            model=by.model.id,
            system=_system(by, minimum),
            tools=list(by.tools) or None,
            messages=messages,
            max_tokens=by.max_tokens,
            thinking=dict(by.thinking) if by.thinking else None,
            output_config={"effort": by.effort} if by.effort else None,
            stop_sequences=list(by.stop_sequences) or None,
            cache_control=EPHEMERAL if total >= minimum else None,
        ),
        parts=_system_part(by) + parts,
        covered_until=cover.until if has_notes else None,
        left_out=cut + (0 if has_notes else cover.counts),
        tokens=round(total * scale),
        limit=limit,
        uncovered=uncovered,
        is_due=uncovered > by.options.marks.start,
    )


def followed(
    made: Plan,
    answer_id: uuid.UUID,
    said: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    *,
    is_last: bool,
) -> Plan:
    """What to ask after tools were run: the same request, and what was said since.

    Nothing in it is made anew: Claude's thinking holds for exactly this prefix (Messages
    API, thinking). In the last one no tool may be called. Without `results` Claude only
    paused, and its turn goes on. Raises TooLarge.
    """
    spoken = [block for block in said if not is_blank(block)]
    turns: list[dict[str, Any]] = [{"role": "assistant", "content": spoken}]
    if results:
        turns.append({"role": "user", "content": list(results)})
    total = made.tokens + tokens.of_blocks([*spoken, *results]) + len(turns) * tokens.TURN
    if total > made.limit:
        raise TooLarge(gettext("What the tools said does not fit into one request with the rest."))
    request = replace(
        made.request,
        messages=[*made.request.messages, *turns],
        tool_choice=NO_MORE if is_last and results else None,
    )
    at = len(made.request.messages)
    part = {"kind": "message", "id": str(answer_id), "block": 0}
    parts = [*made.parts, *({**part, "at": at + turn} for turn in range(len(turns)))]
    return replace(made, request=request, parts=parts, tokens=total)


def require_room(by: Directions, text: str, files: Sequence[Mapping[str, Any]] = ()) -> None:
    """Raise TooLarge for a message that no request could hold: to be asked before it is kept.

    `files` are the blocks of what is attached to it.
    """
    require_files(files, by.model)
    limit = limit_of(by)
    room = limit - _system_tokens(by, standing(by, limit))
    size = tokens.of_text(text) + tokens.of_blocks(files) + tokens.TURN
    if size + _marker_tokens() > room:
        raise _too_large(size, room - _marker_tokens())


def limit_of(by: Directions) -> int:
    """How many tokens of input one request may have, beside its answer."""
    window = min(by.model.context_window, by.options.marks.app_cap)
    return int(window * (1 - MARGIN)) - by.max_tokens


def _too_large(size: int, room: int) -> TooLarge:
    told = gettext(
        "This message has about %(size)s tokens; %(most)s fit into one request here. "
        "Shorten it or send it in parts."
    )
    return TooLarge(told % {"size": intcomma(size), "most": intcomma(max(0, room))})


def _system_tokens(by: Directions, files: Sequence[Piece]) -> int:
    """Of what stands before the messages: the tools, what Claude is told, and the files."""
    told = [by.system, *(block.text for block in by.personal)]
    words = sum(tokens.of_text(text) for text in told)
    return tokens.of_tools(by.tools) + words + _tokens(files)


def _system(by: Directions, minimum: int) -> list[dict[str, Any]] | str | None:
    """The prompt, with a breakpoint of the cache where many people share enough; then
    what one person wants, behind it."""
    shared = tokens.of_tools(by.tools) + tokens.of_text(by.system)
    is_cacheable = bool(by.system) and shared >= minimum
    if not by.personal and not is_cacheable:
        return by.system or None
    mark = {"cache_control": EPHEMERAL} if is_cacheable else {}
    prompt = [{"type": "text", "text": by.system, **mark}] if by.system else []
    return [*prompt, *({"type": "text", "text": block.text} for block in by.personal)]


def _fitted(cover: Cover, weights: Sequence[Item], room: int) -> tuple[list[Piece], int]:
    """What stands before the tail, and how many of the tail's messages do not stand in it.

    The oldest whole turns go first, then the notes, then protected words: only a newest
    turn that does not fit by itself is refused. Raises TooLarge.
    """
    for rows, may_quote in ((cover.rows, True), ((), True), ((), False)):
        head = [
            Piece("user", notes.of_row(row.text, cover.kept.get(row.pk, ())), row.pk, "summary")
            for row in rows
        ]
        most = [m for id, kept in cover.kept.items() for m in kept if not (id and rows)]
        marker = _marker_tokens(most if may_quote else ())
        cut = fit(weights, _tokens(head) + marker, room)
        if gone := cut + (0 if rows else cover.counts):
            kept = _left_out(cover, rows, cut) if may_quote else []
            head.append(Piece("user", notes.of_omission(gone, kept), None, "omission"))
        newest = sum(item.tokens for item in weights[cut:])
        if _tokens(head) + newest <= room:
            return head, cut
    raise _too_large(newest, room)


def _left_out(cover: Cover, rows: Sequence[Summary], cut: int) -> list[Message]:
    """The protected ones among the messages that stand neither in notes nor in the tail."""
    gone = {message.pk for message in cover.tail[:cut]}
    behind = [] if rows else [m for row in cover.rows for m in cover.kept.get(row.pk, ())]
    return behind + [message for message in cover.kept.get(None, ()) if message.pk in gone]


def _marker_tokens(kept: Sequence[Message] = ()) -> int:
    """How long the marker can get where messages are left out."""
    return tokens.of_block(notes.of_omission(999_999, kept))


def _tokens(head: Iterable[Piece]) -> int:
    return tokens.of_blocks(piece.block for piece in head)


def _marked(head: list[Piece], minimum: int) -> list[Piece]:
    """With a breakpoint of the cache on the last notes, if they are long enough for one."""
    last = max((at for at, piece in enumerate(head) if piece.kind == "summary"), default=-1)
    if last < 0 or _tokens(head[: last + 1]) < minimum:
        return head
    return _with_breakpoint(head, last)


def _with_breakpoint(found: Sequence[Piece], at: int) -> list[Piece]:
    """With a breakpoint of the cache on the piece at that place."""
    marked = replace(found[at], block={**found[at].block, "cache_control": EPHEMERAL})
    return [*found[:at], marked, *found[at + 1 :]]


def _in_messages(found: list[Piece]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    messages, parts = [], []
    for at, turn in enumerate(in_turns(found)):
        messages.append({"role": turn[0].role, "content": [piece.block for piece in turn]})
        of_part = groupby(enumerate(turn), lambda numbered: (numbered[1].kind, numbered[1].id))
        for (kind, id), group in of_part:
            first = next(group)[0]
            parts.append({"kind": kind, "id": str(id or ""), "at": at, "block": first})
    return messages, parts


def _system_part(by: Directions) -> list[dict[str, Any]]:
    named = [(block.kind, block.id) for block in by.personal]
    if by.system:
        named.insert(0, ("system", str(by.version.pk) if by.version else ""))
    return [{"kind": kind, "id": id, "at": -1, "block": at} for at, (kind, id) in enumerate(named)]
