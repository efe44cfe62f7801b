"""When older messages become notes, how many, and what must be left out: plain arithmetic.

Pure: the app, the bench and the fuzzer all ask here. Tokens are estimates
(`tokens.py`); the figures and why they are what they are: docs/decisions.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the hysteresis. Tokens, but for `min_turns`, `fan` and `merge`.

    Nothing happens until the uncovered part passes `start`; then it shrinks to `keep`,
    though never below `min_turns` turns. A chunk's notes have at most `cap`, merged
    ones `merged_cap`. More than `fan` rows: `merge` of them become one. `on_return`
    stands for `start` when the cache is cold; `app_cap` bounds input and answer.
    """

    start: int = 32_000
    keep: int = 3_000
    min_turns: int = 2
    cap: int = 600
    fan: int = 8
    merge: int = 7
    merged_cap: int = 2_000
    on_return: int = 6_000
    app_cap: int = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """One message. `is_open`: the item after it answers its tool calls."""

    id: object
    role: Literal["user", "assistant"]
    tokens: int
    is_open: bool = False


def turn_starts(tail: Sequence[Item]) -> Iterator[int]:
    """Where a person begins to speak: the only places at which a tail may be cut."""
    for at, item in enumerate(tail):
        if item.role == "user" and not (at and tail[at - 1].is_open):
            yield at


def to_summarise(tail: Sequence[Item], marks: Marks, high: int | None = None) -> int:
    """How many of the oldest uncovered items the next chunk takes; 0 when nothing is to do.

    A chunk takes at most twice `start`, so what gathered while the summarizer was away
    becomes several chunks: ask again until 0. `high` stands for `marks.start`.
    """
    start = marks.start if high is None else high
    left = [*accumulate((item.tokens for item in reversed(tail)), initial=0)][::-1]
    if left[0] <= start:
        return 0
    starts = list(turn_starts(tail))
    cuts = [at for at in starts[: len(starts) + 1 - max(1, marks.min_turns)] if at]
    if not cuts:
        return 0
    wanted = next((at for at in cuts if left[at] <= marks.keep), cuts[-1])
    within = [at for at in cuts if at <= wanted and left[0] - left[at] <= 2 * marks.start]
    return within[-1] if within else cuts[0]


def to_merge(levels: Sequence[int], marks: Marks) -> range:
    """Which rows in a row become one; empty when there are no more than `fan`.

    `levels` tells for each row, oldest first, how often it was merged. Among all
    windows the one whose rows were merged least: notes lose a little at each rewrite.
    """
    if len(levels) <= marks.fan:
        return range(0)
    windows = (range(at, at + marks.merge) for at in range(len(levels) - marks.merge + 1))
    return min(windows, key=lambda window: max(levels[at] for at in window))


def fit(tail: Sequence[Item], fixed_tokens: int, limit: int) -> int:
    """How many of the oldest items, in whole turns, must be left out to fit into `limit`.

    Follows the tail as it grew: once it was too long, it was cut to three quarters,
    so that the requests after that extend each other again. At least the last turn
    stays; whether that fits is for the caller to see.
    """
    starts = set(turn_starts(tail))
    room, begin, held = limit - fixed_tokens, 0, 0
    for at, item in enumerate(tail):
        held += item.tokens
        if item.role != "user" or held <= room:
            continue
        for cut in sorted(start for start in starts if begin < start <= at):
            held -= sum(item.tokens for item in tail[begin:cut])
            begin = cut
            if held <= room * 3 // 4:
                break
    return begin
