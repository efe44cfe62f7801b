"""One answer while Claude writes it: events in, pieces of the stream log out."""

import json
import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from chatapp.claude import (
    BlockStart,
    BlockStop,
    Event,
    Message,
    Stream,
    TextDelta,
    ThinkingDelta,
)
from chatapp.generation.citations import told
from chatapp.generation.finish import Ending
from chatapp.generation.log import (
    CITE,
    GROWING,
    REDACTED,
    THOUGHT,
    TOOL,
    Piece,
    packed,
    storable,
    storable_block,
)
from chatapp.generation.models import Run
from chatapp.generation.web import is_result, shown_result
from chatapp.usage.door import elapsed_ms
from chatapp.usage.ledger import Outcome

TOO_LONG = "answer_too_long"


class Answer:
    """Gathers what came since the last tick. Holds no text that was committed."""

    def __init__(self, run: Run) -> None:
        self.run = run.pk
        self.conversation = run.conversation_id
        self.message = run.message_id
        self.state: str = Run.State.WAITING
        self.told_state: str = Run.State.QUEUED
        self.length = 0  # characters so far, committed or not
        self.committed = 0
        self.pending: list[tuple[int, str, list[str]]] = []
        self.stream: Stream | None = None  # of this round
        self.content: list[dict[str, Any]] = []  # of the rounds before it, results included
        self.stopping = ""  # why the task was cancelled: a terminal state
        self.thinks_since: dict[int, float] = {}  # blocks that grow: when they began
        self.thinking_ms: dict[int, int] = {}  # how long others took
        self.server_calls: dict[str, tuple[int, dict[str, Any]]] = {}  # their place, by id
        self.ending: Ending | None = None
        self.is_long = False  # so long a conversation that notes should be made
        self.call: uuid.UUID | None = None  # in the ledger, once it is opened
        self.begun = time.monotonic()
        self.begun_at = 0  # characters of the rounds before this one
        self.retries = 0  # of a stream that never began
        self.first_token_ms: int | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Take in what one socket read gave."""
        for event in events:
            if type(event) is TextDelta:
                self._append(event.index, "text", event.text)
            elif type(event) is ThinkingDelta:
                self._append(event.index, "thinking", event.text)
            elif type(event) is BlockStart:
                self._begin(event.index, event.block)
            elif type(event) is BlockStop:
                self._finish(event.index, event.block)

    def _begin(self, index: int, block: dict[str, Any]) -> None:
        match block.get("type"):
            case "text":
                self._append(index, "text", block.get("text") or "")
            case "thinking":
                self.thinks_since[self._at(index)] = time.monotonic()
            case "redacted_thinking":
                self._append(index, REDACTED, REDACTED)
            case _ if is_result(block) and block["tool_use_id"] in self.server_calls:
                at, call = self.server_calls[block["tool_use_id"]]
                self._gather(at, TOOL, packed(call, storable_block(shown_result(block))))

    def _finish(self, index: int, block: dict[str, Any]) -> None:
        at = self._at(index)
        match block.get("type"):
            case "thinking":
                self._thought(at)
                if block.get("thinking"):
                    self._append(index, THOUGHT, str(self.thinking_ms[at]))
            case "text" if block.get("text") and block.get("citations"):
                self._append(index, CITE, json.dumps(told(block["citations"])))
            case "server_tool_use":
                call = storable_block(block)
                self.server_calls[block["id"]] = (at, call)
                self._append(index, TOOL, packed(call, None))

    def _thought(self, at: int) -> None:
        self.thinking_ms[at] = elapsed_ms(self.thinks_since.pop(at, time.monotonic()))

    def _at(self, index: int) -> int:
        """The place of a block of this round among all."""
        return len(self.content) + index

    @property
    def is_too_long(self) -> bool:
        return self.length > settings.ANSWER_MAX_CHARACTERS

    def _append(self, index: int, kind: str, text: str) -> None:
        if not text:
            return
        if self.first_token_ms is None:
            self.first_token_ms = elapsed_ms(self.begun)
        self.state = Run.State.WRITING if kind in ("text", CITE) else Run.State.THINKING
        self._gather(self._at(index), kind, storable(text))

    def _gather(self, block: int, kind: str, text: str) -> None:
        if kind not in GROWING or not self.pending or self.pending[-1][:2] != (block, kind):
            self.pending.append((block, kind, []))
        self.pending[-1][2].append(text)
        self.length += len(text)

    @property
    def said(self) -> Message | None:
        """What Claude said in this round so far."""
        return self.stream.message if self.stream else None

    @property
    def calls_tools(self) -> bool:
        """Whether Claude waits for results; never after a message that was cut."""
        if not (self.stream and self.stream.complete and self.said):
            return False
        blocks = self.said.content if self.said.stop_reason == "tool_use" else ()
        return any(block.get("type") == "tool_use" for block in blocks)

    @property
    def is_paused(self) -> bool:
        """Whether the API broke off in the middle of its own tools, to be asked again."""
        return bool(self.stream and self.stream.complete and self.stop_reason == "pause_turn")

    @property
    def stop_reason(self) -> str:
        return (self.said.stop_reason if self.said else "") or ""

    def follow(self, results: list[dict[str, Any]]) -> None:
        """Take in what the tools said, if any; the next round goes on behind it."""
        self.content = self._written()
        calls = {block["id"]: block for block in self.content if block.get("type") == "tool_use"}
        for block in map(storable_block, results):
            self._gather(len(self.content), TOOL, packed(calls[block["tool_use_id"]], block))
            self.content.append(block)
        self.stream, self.call = None, None
        self.begun, self.begun_at = time.monotonic(), self.length
        self.retries, self.first_token_ms = 0, None

    def _written(self) -> list[dict[str, Any]]:
        """All content blocks so far, of all rounds."""
        said = self.said.content if self.said else []
        return [*self.content, *map(storable_block, said)]

    def pieces(self) -> list[Piece]:
        """What is to be committed now. The same again until `commit` is called."""
        if self.pending:
            self.pending = [(b, kind, ["".join(texts)]) for b, kind, texts in self.pending]
        start, pieces = self.committed, []
        for block, kind, (text,) in self.pending:
            pieces.append(Piece(self.run, start, block, kind, text))
            start += len(text)
        return pieces

    def commit(self, pieces: list[Piece]) -> int:
        """Forget what stands in the log, more may have come meanwhile; count its characters."""
        length = done = sum(len(piece.text) for piece in pieces)
        self.committed += done
        while done:
            block, kind, texts = self.pending[0]
            text = "".join(texts)
            rest, done = text[done:], done - min(done, len(text))
            if rest:
                self.pending[0] = (block, kind, [rest])
            else:
                self.pending.pop(0)
        return length

    def end(self, state: str, **more: Any) -> None:
        """Say how it ended, with everything that Claude said until then."""
        message = self.said
        for at in list(self.thinks_since):
            self._thought(at)
        self.ending = Ending(
            run=self.run,
            state=state,
            content=self._written(),
            thinking_ms=self.thinking_ms,
            request_id=(message.request_id if message else "") or "",
            usage=dict(message.usage) if message else {},
            is_long=self.is_long,
            outcome=self.outcome(more.get("error_type", "")),
            **{"stop_reason": self.stop_reason, **more},
        )

    def outcome(self, error_type: str = "") -> Outcome | None:
        """How this round's call ended; None if there is none."""
        message = self.said
        if self.call is None:
            return None
        return Outcome(
            self.call,
            usage=dict(message.usage) if message else {},
            stop_reason=self.stop_reason,
            request_id=(message.request_id if message else "") or "",
            retries=self.stream.retries if self.stream else self.retries,
            error_type=error_type,
            first_token_ms=self.first_token_ms,
            total_ms=elapsed_ms(self.begun),
            text_length=self.length - self.begun_at,
        )


Answers = dict[uuid.UUID, Answer]
