"""One answer while Claude writes it: events in, pieces of the stream log out."""

import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from chatapp.claude import BlockStart, Event, Message, Stream, TextDelta, ThinkingDelta
from chatapp.generation.finish import Ending
from chatapp.generation.log import Piece, storable, storable_block
from chatapp.generation.models import Run
from chatapp.usage.door import elapsed_ms
from chatapp.usage.ledger import Outcome

TOO_LONG = "answer_too_long"


class Answer:
    """Gathers what came since the last tick. Holds no text that was committed."""

    def __init__(self, run: Run) -> None:
        self.run = run.pk
        self.conversation = run.conversation_id
        self.state: str = Run.State.WAITING
        self.told_state: str = Run.State.QUEUED
        self.length = 0  # characters so far, committed or not
        self.committed = 0
        self.pending: list[tuple[int, str, list[str]]] = []
        self.stream: Stream | None = None
        self.stopping = ""  # why the task was cancelled: a terminal state
        self.ending: Ending | None = None
        self.is_long = False  # so long a conversation that notes should be made
        self.call: uuid.UUID | None = None  # in the ledger, once it is opened
        self.begun = time.monotonic()
        self.retries = 0  # of a stream that never began
        self.first_token_ms: int | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Take in what one socket read gave."""
        for event in events:
            if type(event) is TextDelta:
                self._append(event.index, "text", event.text)
            elif type(event) is ThinkingDelta:
                self._append(event.index, "thinking", event.text)
            elif type(event) is BlockStart and event.block.get("text"):
                self._append(event.index, "text", event.block["text"])

    @property
    def is_too_long(self) -> bool:
        return self.length > settings.ANSWER_MAX_CHARACTERS

    def _append(self, block: int, kind: str, text: str) -> None:
        if not text:
            return
        if self.first_token_ms is None:
            self.first_token_ms = elapsed_ms(self.begun)
        text = storable(text)
        self.state = Run.State.WRITING if kind == "text" else Run.State.THINKING
        if not self.pending or self.pending[-1][0] != block:
            self.pending.append((block, kind, []))
        self.pending[-1][2].append(text)
        self.length += len(text)

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
        message = self.stream.message if self.stream else None
        self.ending = Ending(
            run=self.run,
            state=state,
            content=[storable_block(block) for block in message.content] if message else [],
            request_id=(message.request_id if message else "") or "",
            usage=dict(message.usage) if message else {},
            is_long=self.is_long,
            outcome=self._outcome(message, more.get("error_type", "")),
            **{"stop_reason": (message.stop_reason if message else "") or "", **more},
        )

    def _outcome(self, message: Message | None, error_type: str) -> Outcome | None:
        if self.call is None:
            return None
        return Outcome(
            self.call,
            usage=dict(message.usage) if message else {},
            stop_reason=(message.stop_reason if message else "") or "",
            request_id=(message.request_id if message else "") or "",
            retries=self.stream.retries if self.stream else self.retries,
            error_type=error_type,
            first_token_ms=self.first_token_ms,
            total_ms=elapsed_ms(self.begun),
            text_length=self.length,
        )


Answers = dict[uuid.UUID, Answer]
