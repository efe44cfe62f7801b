"""Markers in place of what is personal in a text."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import regex
from django.utils.translation import gettext

from chatapp.errors import Unusable
from chatapp.review.masking.cuts import fine_cuts, wide_cuts
from chatapp.review.masking.finds import Plain, Span, finders, may_hold_finds

logger = logging.getLogger(__name__)

DEFAULT_REGION: Final = "US"
PATTERN_SECONDS: Final = 0.05  # for one search in at most `cuts.LIMIT` characters
MOST_TIMEOUTS: Final = 3

# So that "[<name>]" is neither Markdown's check box nor able to end itself.
_NAME: Final = regex.compile(r"\w[\w .-]{0,38}\w")
_LINE: Final = regex.compile(r"[^\r\n]+|[\r\n]+")


@dataclass(frozen=True)
class Pattern:
    """What an admin wants masked: `expression` in the syntax of `regex`, found within one line.

    A find is shown as "[name]".
    """

    name: str
    expression: str


class Mask:
    """Puts a marker in place of each e-mail address, phone number, card, IBAN and pattern's find.

    The markers are "[e-mail]", "[phone]", "[card]", "[IBAN]" and "[<name of the pattern>]".
    `region` (ISO 3166) is the country whose national phone numbers are known by their plan;
    those with a plus, "00" or a leading zero are found for every country. The United States by
    default: theirs are the ones that have neither.

    Not masked, on purpose or because nothing in the text tells it from something else:

    - what a line break, or Markdown within it ("ada@**example**.com"), takes apart;
    - national numbers without a leading zero of other countries than `region`; digits without a
      gap right behind "order", "invoice", "ISBN", "#" and the like; numbers with a wrong checksum;
    - addresses without a dot ("root@localhost"), or spelled in words ("ada at example dot com");
      "ada (at) example.com" and "ada%40example.com" are masked;
    - names, postal addresses, dates of birth, numbers of other kinds (social security, passports).

    Give each reader a `Mask` of their own: one remembers which patterns took too long.
    Masking twice changes nothing, as long as lines are within `cuts.LIMIT` characters; a find
    that a longer stretch is cut in is masked only as far as its parts are finds.
    """

    def __init__(self, patterns: Sequence[Pattern] = (), *, region: str = DEFAULT_REGION) -> None:
        """Raises Unusable for a pattern whose name or expression cannot be used."""
        self._patterns = [_Search(pattern) for pattern in patterns]
        self._finders = finders(region)
        names = {search.name for search in self._patterns} | {name for name, _ in self._finders}
        self._markers = {f"[{name}]" for name in names}
        marker = "|".join(regex.escape(marker) for marker in sorted(self._markers))
        self._marker = regex.compile(f"({marker})")

    def __call__(self, text: str) -> str:
        if not self._patterns and not may_hold_finds(text):
            return text
        return "".join(self._masked_line(line[0]) for line in _LINE.finditer(text))

    def settled(self, text: str) -> int:
        """How many characters of `text` are masked the same whatever follows them."""
        start = max(text.rfind("\n"), text.rfind("\r")) + 1
        return start + max(self._cuts(text[start:]), default=0)

    def _cuts(self, line: str) -> Iterator[int]:
        # A pattern may join anything, so with patterns a line stays whole.
        return wide_cuts(line) if self._patterns else fine_cuts(line)

    def _masked_line(self, line: str) -> str:
        if line.isspace() or not (self._patterns or may_hold_finds(line)):
            return line
        ends = (0, *self._cuts(line), len(line))
        return "".join(self._masked(line[start:end]) for start, end in pairwise(ends))

    def _masked(self, piece: str) -> str:
        """`piece` with its finds replaced, and then what is left of it, until there are none.

        What stands between markers is looked at on its own. So a marker is never part of a find,
        and whoever masks again finds nothing.
        """
        if not self._patterns and not may_hold_finds(piece):
            return piece
        done: list[str] = []
        left = self._marker.split(piece)[::-1]
        while left:
            part = left.pop()
            found = [] if part in self._markers else self._taken_apart(part)
            if found:
                left += found[::-1]
            else:
                done.append(part)
        return "".join(done)

    def _taken_apart(self, part: str) -> list[str]:
        """`part` with markers for the finds of one kind; empty if it holds no finds."""
        for search in self._patterns:
            if spans := search.find(part):
                return _with_marker(part, spans, f"[{search.name}]")
        if may_hold_finds(part):
            plain = Plain(part)
            for name, find in self._finders:
                if spans := find(plain.text):
                    return _with_marker(part, map(plain.original, spans), f"[{name}]")
        return []


def _with_marker(part: str, spans: Iterable[Span], marker: str) -> list[str]:
    pieces: list[str] = []
    place = 0
    for start, end in spans:
        pieces += (part[place:start], marker)
        place = end
    return [*pieces, part[place:]]


class _Search:
    """A pattern at work. One that takes too long hides all it was asked about: it fails closed."""

    def __init__(self, pattern: Pattern) -> None:
        self.name = pattern.name
        if not _NAME.fullmatch(pattern.name):
            raise Unusable(gettext("A name has 2 to 40 letters, digits, spaces, dots, dashes."))
        try:
            self._expression = regex.compile(pattern.expression)
        except regex.error as error:
            raise Unusable(
                gettext("“%(text)s” is no regular expression: %(error)s.")
                % {"text": pattern.name, "error": error}
            ) from None
        self._timeouts = 0

    def find(self, part: str) -> list[Span]:
        whole = [(0, len(part))] if part.strip() else []
        if self._timeouts == MOST_TIMEOUTS:
            return whole
        try:
            found = self._expression.finditer(part, timeout=PATTERN_SECONDS)
            return [match.span() for match in found if match[0]]
        except TimeoutError:
            self._timeouts += 1
            logger.warning("pattern %s took too long", self.name)
            return whole
