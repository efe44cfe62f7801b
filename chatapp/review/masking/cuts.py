"""Where a line may be taken apart so that no find is: after words that nothing can join.

What is before a cut is decided by what is before it and one character after it. So a text that
is still growing is cut exactly where the whole one will be.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

import regex

LIMIT: Final = 2_000  # characters without a cut; a longer stretch is cut all the same

# No number begins with such a character, so none goes on after this gap. Texts in Chinese or
# Japanese have no spaces, but their punctuation.
_GAP: Final = regex.compile(
    r"(?:(?<!\s)\s+|[、。，！？；]\s*)(?=[^\s\d+()\[\]{}（）［］＋./~\-\p{Pd}\p{Cf}−\\])"
)
# Unless an IBAN has begun, or somebody writes "ada (at) example (dot) com".
_BETWEEN: Final = r"[\s.\-\p{Pd}\p{Cf}\\]{0,4}"
_IBAN: Final = regex.compile(
    rf"(?<![a-zA-Z])[^\W\d_]{_BETWEEN}[^\W\d_](?:{_BETWEEN}\d){{2}}(?:{_BETWEEN}\w){{0,30}}"
)
_SPOKEN: Final = tuple(
    start + word + end for start in "([{" for word in ("at", "dot") for end in ")]}"
)
_LONGEST_SPOKEN: Final = 5


def fine_cuts(line: str) -> Iterator[int]:
    """The cuts inside of `line`, which has no line break: at most `LIMIT` characters apart."""
    start = reach = 0  # of the open piece, and of the IBANs that have begun in it
    ibans = [match.span() for match in _IBAN.finditer(line, overlapped=True)][::-1]
    for gap in _GAP.finditer(line):
        while gap.end() - start > LIMIT:
            start, reach = start + LIMIT, 0
            yield start
        while ibans and ibans[-1][0] < gap.start():
            begin, end = ibans.pop()
            reach = max(reach, end if begin >= start else 0)
        if gap.start() > reach and not _is_spoken(line[start : gap.start()]):
            start = gap.end()
            yield start
    while len(line) - start > LIMIT:
        start += LIMIT
        yield start


def _is_spoken(before: str) -> bool:
    return before[-_LONGEST_SPOKEN:].lower().endswith(_SPOKEN)


def wide_cuts(line: str) -> Iterator[int]:
    """As few of `fine_cuts` as keep the pieces within `LIMIT`: none in most lines."""
    if len(line) <= LIMIT:
        return
    start = last = 0
    for cut in chain(fine_cuts(line), [len(line)]):
        if cut - start > LIMIT:
            start = last
            yield start
        last = cut
