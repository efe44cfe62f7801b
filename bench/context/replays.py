"""The same conversation by three ways of choosing what is sent. Each gives a `Replay`.

All have the same prices, system prompt, breakpoints (system prompt, last summary, newest
message) and summarizer: notes of a tenth of what they cover, up to a cap.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bench.context.conversations import Conversation, Turn, tokens
from bench.context.notes import Extractor
from bench.context.prices import LIFE, Bill, Block
from chatapp.context.policy import Item, Marks, fit, to_merge, to_summarise

ROOT = Path(__file__).resolve().parents[2]
BENCH_PYTHON = Path(os.environ.get("BENCH_PYTHON", ROOT / ".bench-venv/bin/python"))
SYSTEM: Block = ("system", 1500)
PROMPT = 400  # tokens of the summarizer's own instructions
FENCE = 30  # tokens of the label around each summary
SHARE = 0.1  # notes are this part of what they cover
JOB = 20.0  # seconds until notes are there
ANSWER = 10.0  # seconds
ROOM = 18_000  # tokens kept free for the answer and as a margin


@dataclass
class Replay:
    bill: Bill
    sent: str = ""  # all text of the last request after the system prompt
    late: int = 0  # turns sent with a longer tail because notes were not there yet
    left_out: int = 0  # messages that no notes cover and that did not fit


def full(made: Conversation, bill: Bill) -> Replay:
    """Everything, at every turn."""
    blocks, now = [SYSTEM], 0.0
    for at, turn in enumerate(made.turns):
        now += turn.pause
        blocks.append((f"user {at}", tokens(turn.user)))
        bill.answer(blocks, [0, len(blocks) - 1], now, tokens(turn.assistant))
        blocks.append((f"assistant {at}", tokens(turn.assistant)))
        now += ANSWER
    return Replay(bill, "\n".join(f"{turn.user}\n{turn.assistant}" for turn in made.turns))


def summary_buffer(made: Conversation, bill: Bill, seed: int, limit: int = 12_000) -> Replay:
    """LangChain's memory. Its update is part of the turn, so each one is waited for."""
    asked = {
        "turns": [(turn.user, turn.assistant) for turn in made.turns],
        "limit": limit,
        "cap": Marks().cap,
        "share": SHARE,
        "seed": seed,
    }
    done = subprocess.run(
        [BENCH_PYTHON, "-m", "bench.context.summary_buffer"],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "LANGSMITH_TRACING": "false"},
        text=True,
        check=True,
    )
    return _billed(made.turns, json.loads(done.stdout), bill)


def _billed(turns: list[Turn], told: list[dict[str, object]], bill: Bill) -> Replay:
    replay, now, history, said = Replay(bill), 0.0, list[Block](), list[str]()
    for at, (turn, step) in enumerate(zip(turns, told, strict=True)):
        now += turn.pause
        summary, kept = str(step["summary"]), int(str(step["kept"]))
        head = [(f"summary {summary}", tokens(summary))] if summary else []
        history.append((f"user {at}", tokens(turn.user)))
        said.append(turn.user)
        blocks = [SYSTEM, *head, *history[-kept - 1 :]]
        replay.sent = "\n".join([summary, *said[-kept - 1 :]])
        bill.answer(blocks, [0, len(head), len(blocks) - 1], now, tokens(turn.assistant))
        history.append((f"assistant {at}", tokens(turn.assistant)))
        said.append(turn.assistant)
        calls = step["calls"]
        assert isinstance(calls, list)
        for input, output in calls:
            bill.summary(input, output)
        bill.waits += bool(calls)
        now += ANSWER
    return replay


@dataclass
class Notes:
    name: str
    text: str
    level: int = 0


@dataclass
class Planned:
    """The app's way. `lead`: seconds between the opening of a page and the message sent."""

    bill: Bill
    extractor: Extractor
    marks: Marks = field(default_factory=Marks)
    lead: float = 30.0
    notes: list[Notes] = field(default_factory=list)
    tail: list[Item] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    job: tuple[float, int] | None = None  # when it is done, how many items it takes

    def replay(self, made: Conversation) -> Replay:
        replay, now = Replay(self.bill), 0.0
        for at, turn in enumerate(made.turns):
            now += turn.pause
            if turn.pause > LIFE:
                self._compact_later(now - self.lead, self.marks.on_return)
            self._use_notes(now)
            replay.late += self.job is not None
            self._hear(f"user {at}", "user", turn.user)
            self._answer(replay, now, tokens(turn.assistant))
            self._hear(f"assistant {at}", "assistant", turn.assistant)
            now += ANSWER
            self._compact_later(now, None)
        return replay

    def _hear(self, name: str, role: Literal["user", "assistant"], said: str) -> None:
        self.tail.append(Item(name, role, tokens(said)))
        self.said[name] = said

    def _answer(self, replay: Replay, now: float, output: int) -> None:
        head = [SYSTEM, *((notes.name, tokens(notes.text) + FENCE) for notes in self.notes)]
        fixed = sum(size for _, size in head)
        out = fit(self.tail, fixed, self.marks.app_cap - ROOM)
        sent = self.tail[out:]
        blocks = [*head, *((str(item.id), item.tokens) for item in sent)]
        self.bill.answer(blocks, [0, len(self.notes), len(blocks) - 1], now, output)
        replay.left_out += out
        replay.sent = "\n".join(
            [*(notes.text for notes in self.notes), *(self.said[str(item.id)] for item in sent)]
        )

    def _compact_later(self, now: float, high: int | None) -> None:
        """At most one job at a time, as the queue keeps it."""
        if self.job is None and (taken := to_summarise(self.tail, self.marks, high)):
            self.job = (now + JOB, taken)

    def _use_notes(self, now: float) -> None:
        if self.job is None or self.job[0] > now:
            return
        taken, self.job = self.job[1], None
        covered, self.tail = self.tail[:taken], self.tail[taken:]
        sources = [self.said[str(item.id)] for item in covered]
        size = round(SHARE * sum(item.tokens for item in covered))
        self.notes.append(self._noted(sources, min(self.marks.cap, size), level=0))
        while window := to_merge([notes.level for notes in self.notes], self.marks):
            rows = slice(window.start, window.stop)
            sources = [notes.text for notes in self.notes[rows]]
            level = 1 + max(notes.level for notes in self.notes[rows])
            size = sum(map(tokens, sources))
            self.notes[rows] = [self._noted(sources, min(self.marks.merged_cap, size), level)]

    def _noted(self, sources: list[str], size: int, level: int) -> Notes:
        text = self.extractor.notes(sources, size)
        self.bill.summary(PROMPT + sum(map(tokens, sources)), tokens(text))
        return Notes(f"notes {self.bill.summaries}", text, level)
