"""From the stream log to frames: the shared live answer, and what one page has of it."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string

from chatapp.generation import log
from chatapp.generation.entries import Part, tool_part
from chatapp.live.frames import frame_of
from chatapp.live.threads import in_database
from chatapp.rendering import OpenAnswer

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
    """A block that grows; a tool's card is whole when it comes."""

    def __init__(self, piece: log.Piece) -> None:
        self.index = piece.block
        self.answer = OpenAnswer()
        part = Part(piece.kind, self.answer.tail())
        if piece.kind == log.TOOL:
            part = tool_part(*log.unpacked(piece.text))
        self.part = replace(part, is_live=True, block=piece.block)

    def opened(self) -> str:
        """The block as an article has it, with a place for what still grows."""
        return render_to_string("generation/_part.html", {"part": self.part})


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
        if not self.blocks or self.blocks[-1].index != piece.block:
            if self.blocks:
                self.blocks[-1].answer.close()
            self.blocks.append(LiveBlock(piece))
        if piece.kind != log.TOOL:
            self.blocks[-1].answer.feed(piece.text)
        self.offset += len(piece.text)


class Shown:
    """What a page has of one block."""

    def __init__(self) -> None:
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
        for at in range(max(0, len(self.shown) - 1), len(self.answer.blocks)):
            if at == len(self.shown):
                self.shown.append(Shown())
                parts.append(self._frame("block", at, self.answer.blocks[at].opened()))
            parts += self._growth(at, self.answer.blocks[at].answer, self.shown[at])
        if self.answer.state != self.state:
            self.state = self.answer.state
            said = label(self.state)
            parts.append(frame_of("state", said, message=self.message, status=self.state))
        return "".join(parts)

    def _growth(self, at: int, text: OpenAnswer, shown: Shown) -> list[str]:
        parts = []
        if len(text.frozen) > shown.frozen:
            parts.append(self._frame("append", at, "".join(text.frozen[shown.frozen :])))
            shown.frozen, shown.tail, shown.code = len(text.frozen), "", -1
        if text.open_code and shown.code >= 0:
            grown = text.code_text_after(shown.code)
            if grown:
                parts.append(self._frame("code", at, grown))
                shown.code = text.tail_source_length
        elif self._may_draw(text.tail_source_length):
            tail = text.tail()
            if tail != shown.tail:
                parts.append(self._frame("tail", at, tail))
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
