"""From the stream log to frames: the shared live answer, and what one page has of it."""

import asyncio
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext

from chatapp.generation import log
from chatapp.generation.citations import Flow, Sources
from chatapp.generation.parts import Part, hidden_part, thought_label, tool_part
from chatapp.live.frames import frame_of
from chatapp.live.threads import in_database
from chatapp.rendering import OpenAnswer
from chatapp.rendering.citations import no_notes, put_notes

# An open block larger than this is drawn less often, so that a giant paragraph
# or list costs a bounded rate and not its square.
LARGE_TAIL = 8 * 1024  # characters of source
TAIL_RATE = 128 * 1024  # characters of source drawn anew in a second


@lru_cache
def label(state: str) -> str:
    """What a page says of a live answer in that state."""
    return render_to_string("generation/_label.html", {"entry": {"state": state}})


Read = Callable[[uuid.UUID, int], list[log.Piece]]


class LiveBlock:
    """A block that grows, or blocks of text that are one; a tool's card changes as a whole."""

    def __init__(self, piece: log.Piece, sources: Sources) -> None:
        self.index = piece.block
        self.kind = piece.kind
        self.answer = OpenAnswer()
        self.flow = Flow(sources)
        self.changes = 0  # to what an article has of it beside its words
        self.part = self._live(self._first(piece.kind))

    def take(self, piece: log.Piece) -> None:
        match piece.kind:
            case "text":
                self.answer.feed(self.flow.text(piece.text))
            case "thinking":
                self.answer.feed(piece.text)
            case log.CITE:
                self.answer.feed(self.flow.cite(json.loads(piece.text)))
            case log.TOOL:
                self._change(tool_part(*log.unpacked(piece.text)))
            case log.THOUGHT:
                self._change(Part("thinking", label=thought_label(int(piece.text))))

    def close(self) -> None:
        """Nothing is added any more."""
        self.answer.feed(self.flow.end())
        self.answer.close()

    def opened(self) -> str:
        """The block as an article has it, with a place for what still grows."""
        return render_to_string("generation/_part.html", {"part": self.part})

    def _first(self, kind: str) -> Part:
        if kind == "thinking":
            return Part(kind, label=gettext("Thinking"), is_open=True)
        return hidden_part() if kind == log.REDACTED else Part(kind)

    def _change(self, part: Part) -> None:
        self.part = self._live(part)
        self.changes += 1

    def _live(self, part: Part) -> Part:
        return replace(part, is_live=True, block=self.index)


class LiveAnswer:
    """A run's text so far, fed by announcements and mended from the log."""

    def __init__(self, run: uuid.UUID, read: Read = log.read) -> None:
        self.run = run
        self.read = read
        self.offset = 0  # characters taken in
        self.heard = 0  # characters that are said to exist
        self.is_behind = True
        self.was_told = False
        self.state = ""
        self.blocks: list[LiveBlock] = []
        self.sources = Sources()
        self.changes = 0  # to blocks of which some may stand further up

    def hear(self, news: dict[str, Any]) -> None:
        """Take in an announcement, whether new, repeated or out of order."""
        self.was_told = True
        position = news["start"]
        if position + sum(len(text) for _, _, text in news["pieces"]) >= self.offset:
            self.state = news["state"]
        for block, kind, text in news["pieces"]:
            if position == self.offset and not self.is_behind:
                self._feed(log.Piece(self.run, position, block, kind, text))
            position += len(text)
        self.heard = max(self.heard, position)
        self.is_behind |= self.heard > self.offset

    async def catch_up(self) -> None:
        """Read from the log what was not heard."""
        pieces = await in_database(self.read, self.run, self.offset)
        for piece in pieces:
            if piece.start == self.offset:
                self._feed(piece)
        # News that came during the read wait in the log; a log that has nothing
        # more belongs to a run that has ended.
        self.is_behind = bool(pieces) and self.heard > self.offset

    def was_heard(self) -> bool:
        """Whether anything was announced since this was last asked."""
        told, self.was_told = self.was_told, False
        return told

    def _feed(self, piece: log.Piece) -> None:
        self._give(self._block_of(piece), piece)
        self.changes += piece.kind not in log.GROWING
        self.offset += len(piece.text)

    def _give(self, block: LiveBlock, piece: log.Piece) -> None:
        block.take(piece)

    def _block_of(self, piece: log.Piece) -> LiveBlock:
        """Where it belongs; a new block, if it opens one."""
        last = self.blocks[-1] if self.blocks else None
        if last and last.kind == "text" and piece.kind in ("text", log.CITE):
            return last
        known = (block for block in reversed(self.blocks) if block.index == piece.block)
        if (block := next(known, None)) is None:
            if last:
                self._close(last)
            block = LiveBlock(piece, self.sources)
            self.blocks.append(block)
        return block

    def _close(self, block: LiveBlock) -> None:
        block.close()


class Shown:
    """What a page has of one block."""

    def __init__(self, changes: int) -> None:
        self.changes = changes
        self.frozen = 0
        self.tail = ""
        self.code = -1  # characters of the open code block, if its text is being appended


class Cursor:
    """What one page has of one live answer."""

    def __init__(self, answer: LiveAnswer, message: uuid.UUID) -> None:
        self.answer = answer
        self.message = str(message)
        self.shown: list[Shown] = []
        self.state = ""
        self.changes = 0
        self.is_first = True
        self.pause = 0.0  # seconds after which a frame should be asked for again
        self.due = 0.0

    def frame(self) -> str:
        """Everything that is new for the page; the first frame is the full state."""
        self.pause = 0.0
        parts = []
        if self.is_first:
            self.is_first = False
            parts.append(frame_of("live", message=self.message))
        # Only a card changes after another block has begun, and then all are looked through.
        first = max(0, len(self.shown) - 1) if self.changes == self.answer.changes else 0
        self.changes = self.answer.changes
        for at in range(first, len(self.answer.blocks)):
            block = self.answer.blocks[at]
            if at == len(self.shown):
                self.shown.append(Shown(block.changes))
                parts.append(self._frame("block", at, block.opened()))
            elif block.changes != self.shown[at].changes:
                self.shown[at].changes = block.changes
                parts.append(self._changed(at, block))
            parts += self._growth(at, block.answer, self.shown[at])
        if self.answer.state != self.state:
            self.state = self.answer.state
            said = label(self.state)
            parts.append(frame_of("state", said, message=self.message, status=self.state))
        return "".join(parts)

    def _changed(self, at: int, block: LiveBlock) -> str:
        """Thinking is folded where it stands: what is written of it stays as it is."""
        if block.kind == "thinking":
            return self._frame("fold", at, escape(block.part.label))
        return self._frame("again", at, block.opened())

    def _growth(self, at: int, text: OpenAnswer, shown: Shown) -> list[str]:
        parts, notes = [], self.answer.sources.notes
        if len(text.frozen) > shown.frozen:
            grown = put_notes(notes, *text.frozen[shown.frozen :])
            parts.append(self._frame("append", at, grown))
            shown.frozen, shown.tail, shown.code = len(text.frozen), "", -1
        if text.open_code and shown.code >= 0:
            grown = text.code_text_after(shown.code)
            if grown:
                parts.append(self._frame("code", at, no_notes(grown)))
                shown.code = text.tail_source_length
        elif self._may_draw(text.tail_source_length):
            tail = text.tail()
            if tail != shown.tail:
                parts.append(self._frame("tail", at, put_notes(notes, tail)))
                shown.tail = tail
                shown.code = text.tail_source_length if text.open_code else -1
        return parts

    def _may_draw(self, length: int) -> bool:
        """Whether a tail of that length may be drawn now; else says when."""
        if length < LARGE_TAIL:
            return True
        now = asyncio.get_running_loop().time()
        if now < self.due:
            self.pause = self.due - now
            return False
        self.due = now + length / TAIL_RATE
        return True

    def _frame(self, frame: str, at: int, inner: str) -> str:
        block = str(self.answer.blocks[at].index)
        return frame_of(frame, inner, message=self.message, block=block)
