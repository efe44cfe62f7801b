"""What changed between two texts, by the line and then by the word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
WORD = re.compile(r"\s+|\w+|[^\w\s]")
CONTEXT = 3  # equal lines that stand around a change; the others are folded


@dataclass(frozen=True)
class Bit:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Row:
    """A line before and after; `skipped` equal lines stand folded in its place if not 0."""

    before: Sequence[Bit] = ()
    after: Sequence[Bit] = ()
    number_before: int = 0
    number_after: int = 0
    skipped: int = 0

    @property
    def is_same(self) -> bool:
        return all(bit.kind == "same" for bit in (*self.before, *self.after))

    @property
    def inline(self) -> list[Bit]:
        """Both in one line, removed words before the ones that took their place."""
        if self.is_same:
            return list(self.after)
        merged: list[Bit] = []
        kept = [bit for bit in self.before if bit.kind == "same"]
        before, after = list(self.before), list(self.after)
        for same in [*kept, None]:
            merged += _until(before, same)
            merged += _until(after, same)
            merged += [same] if same else []
        return merged


def _until(bits: list[Bit], same: Bit | None) -> list[Bit]:
    """Take what stands before the next equal bit, and that bit itself away."""
    taken = []
    while bits and bits[0].kind != "same":
        taken.append(bits.pop(0))
    if same and bits:
        bits.pop(0)
    return taken


def rows(before: str, after: str) -> list[Row]:
    """The difference side by side, with equal parts folded; empty for equal texts."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return []
    found: list[Row] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _folded(old[a:b], a, c, is_first=a == 0, is_last=b == len(old))
        else:
            found += _changed(old[a:b], new[c:d], a, c)
    return found


def _folded(lines: Sequence[str], at: int, to: int, *, is_first: bool, is_last: bool) -> list[Row]:
    made = [
        Row(_plain("same", line), _plain("same", line), at + n + 1, to + n + 1)
        for n, line in enumerate(lines)
    ]
    head, tail = (0 if is_first else CONTEXT), (0 if is_last else CONTEXT)
    skipped = len(made) - head - tail
    # A fold of one line would take as much room as the line.
    if skipped <= 1:
        return made
    return [*made[:head], Row(skipped=skipped), *made[len(made) - tail :]]


def _changed(old: Sequence[str], new: Sequence[str], at: int, to: int) -> list[Row]:
    made = []
    for n in range(max(len(old), len(new))):
        if n < len(old) and n < len(new):
            before, after = words(old[n], new[n])
            made.append(Row(before, after, at + n + 1, to + n + 1))
        elif n < len(old):
            made.append(Row(_plain("removed", old[n]), (), at + n + 1, 0))
        else:
            made.append(Row((), _plain("added", new[n]), 0, to + n + 1))
    return made


def _plain(kind: Kind, line: str) -> list[Bit]:
    return [Bit(kind, line)]


def words(before: str, after: str) -> tuple[list[Bit], list[Bit]]:
    """Two lines word by word: what was removed from the one, what was added in the other."""
    old, new = WORD.findall(before), WORD.findall(after)
    left: list[Bit] = []
    right: list[Bit] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            left.append(Bit("same", "".join(old[a:b])))
            right.append(Bit("same", "".join(new[c:d])))
            continue
        if a < b:
            left.append(Bit("removed", "".join(old[a:b])))
        if c < d:
            right.append(Bit("added", "".join(new[c:d])))
    return left, right
