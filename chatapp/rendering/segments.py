"""Where a Markdown text may be cut so that each piece can be rendered alone, and for ever.

A cut is decided by whole lines already read and never by what follows; so a segment that is
closed stays as it is however the text goes on. Where it is unsure whether two lines belong to one
block, they stay together: a segment of several blocks is rendered rightly, a halved block is not.
Raw HTML needs no care here: `markdown.py` lets no HTML block come into being.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from chatapp.rendering.fences import Fence, indent_of, opened_fence
from chatapp.rendering.notes import NOTE_LABEL
from chatapp.rendering.sanitize import usable

# A longer paragraph, indented block or list is cut, so that an open one stays cheap to render.
SOFT_LIMIT: Final = 8_000
# Tables cannot be cut without losing their header, lists only between items: they may grow so far.
HARD_LIMIT: Final = 32_000

_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:[ \t\n]|\Z)")
# A footnote is an item of a list to us (notes.py).
_NOTE: Final = rf"|\[\^{NOTE_LABEL}\]:"
_ITEM: Final = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])(?=[ \t\n]|\Z)" + _NOTE)
# What may begin a list in the middle of a paragraph: not an empty item, nor one that counts on.
_INTERRUPTING_ITEM: Final = re.compile(r" {0,3}(?:[-+*]|0{0,8}1[.)])(?=[ \t]+[^ \t\n])" + _NOTE)
_QUOTE: Final = re.compile(r" {0,3}>")
_BREAK: Final = re.compile(r" {0,3}([-_*])(?:[ \t]*\1){2,}[ \t]*\n?\Z")
# A last line of which one cannot say yet what it will be: "-" may become an item, a rule, or make
# a heading of the line above; "```py" a fence. Shown at once, it would make the page jump.
_UNDECIDED: Final = re.compile(
    r"[ \t]*(?:[-=+*_~`#>|:.)\d \t]{1,80}|(?:`{3,}|~{3,})[^`\n]{0,60}|\[\^[\w-]{0,32}\]?)\Z"
)
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*\n?\Z")


class _Kind(Enum):
    BLANK = "nothing but blank lines yet"
    TEXT = "ends at a blank line"
    LIST = "ends at an unindented line after a blank one"
    CODE = "indented code, ends at an unindented line"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text that is rendered by itself; of a fenced block also its code, unfenced."""

    source: str
    fence: Fence | None = None
    code: str = ""


def split(text: str) -> list[Segment]:
    """`text` cut at top-level block boundaries; the sources joined are the (normalised) text.

    Prefix-stable: all but the last segment of a prefix stand unchanged in the whole, as far as
    the prefix had closed them (`Splitter.push`).
    """
    splitter = Splitter()
    return [*splitter.push(text), *splitter.finish()]


class Splitter:
    """Takes a text in any pieces and hands out segments as they close."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._rest = ""
        self._held_return = False
        self._at_line_start = True
        self._kind = _Kind.BLANK
        self._item_indent = 0
        self._after_blank = False
        self._after_deep_line = False
        # The open segment holds a quote or table, whose next line may be none of its own.
        self._may_be_lazy = False
        self._fence: Fence | None = None
        self._code: list[str] = []
        self._code_length = 0
        self._closed: list[Segment] = []

    def push(self, text: str) -> list[Segment]:
        """Take more text; return the segments that it closed."""
        text = self._normalised(text)
        self._rest += text
        if "\n" in text or len(self._rest) >= SOFT_LIMIT:
            for line in self._whole_lines():
                self._take(line)
        return self._handed_out()

    def finish(self) -> list[Segment]:
        """Take the end of the text; return what was open."""
        closed = self.push("\n" if self._held_return else "")
        rest, self._rest = self._rest, ""
        if rest:
            self._take(rest)
        self._close()
        return closed + self._handed_out()

    @property
    def fence(self) -> Fence | None:
        """The fence that stands open, if one does."""
        return self._fence

    @property
    def open_length(self) -> int:
        """Characters of the open segment; in an open fence those of its code that may be shown."""
        if self._fence:
            return self._code_length + len(self._shown_rest(self._fence))
        return self._length + len(self._rest)

    def open_code(self, start: int = 0) -> str:
        """The code of the open fence from `start`; it only ever grows at the end.

        The last line is held back while it could still become the closing fence.
        """
        if not self._fence:
            return ""
        # From the end, so that asking for the newest few characters costs no more than these.
        parts, position = [self._shown_rest(self._fence)], self._code_length
        for line in reversed(self._code):
            if position <= start:
                break
            parts.append(line)
            position -= len(line)
        return "".join(reversed(parts))[max(0, start - position) :]

    def open_segment(self) -> Segment:
        """What is open now, as far as it may be shown."""
        undecided = self._at_line_start and _UNDECIDED.match(self._rest)
        source = "".join(self._lines) + ("" if undecided else self._rest)
        return Segment(source, self._fence, self.open_code())

    def _normalised(self, text: str) -> str:
        if self._held_return:
            text = "\r" + text
        # A return at the end may be half of a line ending that was cut in two.
        self._held_return = text.endswith("\r")
        if self._held_return:
            text = text[:-1]
        return usable(text.replace("\r\n", "\n").replace("\r", "\n"))

    def _whole_lines(self) -> Iterator[str]:
        buffer, start = self._rest, 0
        while True:
            end = buffer.find("\n", start, start + SOFT_LIMIT) + 1
            if not end and len(buffer) - start < SOFT_LIMIT:
                break
            if not end:
                # An endless line is cut after a space, so that no word is halved if it has any.
                space = buffer.rfind(" ", start + SOFT_LIMIT // 2, start + SOFT_LIMIT)
                end = space + 1 or start + SOFT_LIMIT
            yield buffer[start:end]
            start = end
        self._rest = buffer[start:]

    def _take(self, line: str) -> None:
        at_line_start, self._at_line_start = self._at_line_start, line.endswith("\n")
        if self._fence:
            self._take_code(line, self._fence, at_line_start)
        elif not at_line_start:
            self._kind = _Kind.TEXT
            self._append(line)
        elif not line.strip(" \t\n"):
            self._take_blank(line)
        else:
            self._take_block(line)
        if not self._at_line_start and not self._fence:
            self._close()

    def _take_code(self, line: str, fence: Fence, at_line_start: bool) -> None:
        self._append(line)
        if at_line_start and fence.closes(line):
            self._close()
        else:
            self._code.append(fence.code_of(line) if at_line_start else line)
            self._code_length += len(self._code[-1])

    def _take_blank(self, line: str) -> None:
        self._append(line)
        self._after_blank = True
        if self._kind is _Kind.TEXT and self._after_deep_line:
            # After a heading or rule a deep line is indented code, which runs over blank lines.
            self._kind = _Kind.CODE
        elif self._kind is _Kind.TEXT or self._length > HARD_LIMIT:
            self._close()

    def _take_block(self, line: str) -> None:
        indent = indent_of(line)
        inside_item = self._kind is _Kind.LIST and indent >= self._item_indent
        if inside_item:
            item = fence = heading = quote = None
        else:
            item, fence = self._item_in(line), opened_fence(line)
            heading, quote = _HEADING.match(line), _QUOTE.match(line)
        # A rule stays with what stands before it, of which it may make a heading.
        rule = not inside_item and self._is_rule(line)
        if fence or heading or self._ends_before(indent, bool(item), inside_item):
            self._close()
        if item:
            self._kind, self._item_indent = _Kind.LIST, _content_column(line, item.end())
        elif quote:
            self._kind = _Kind.TEXT
        elif self._kind is _Kind.BLANK:
            self._kind = _Kind.CODE if indent >= 4 else _Kind.TEXT
        self._fence = fence
        self._append(line)
        self._after_blank, self._after_deep_line = False, indent >= 4
        self._may_be_lazy = self._may_be_lazy or bool(quote) or "|" in line
        if heading or rule or (not fence and self._is_too_long(line)):
            self._close()

    @property
    def _in_paragraph(self) -> bool:
        return self._kind is _Kind.TEXT and not self._may_be_lazy

    def _item_in(self, line: str) -> re.Match[str] | None:
        if _BREAK.match(line):
            return None
        return (_INTERRUPTING_ITEM if self._in_paragraph else _ITEM).match(line)

    def _is_rule(self, line: str) -> bool:
        return bool(_BREAK.match(line) or (self._in_paragraph and _UNDERLINE.match(line)))

    def _ends_before(self, indent: int, item: bool, inside_item: bool) -> bool:
        if self._kind is _Kind.CODE:
            return indent < 4
        if self._kind is not _Kind.LIST or inside_item:
            return False
        return self._length > SOFT_LIMIT if item else self._after_blank

    def _is_too_long(self, line: str) -> bool:
        may_grow = self._kind is _Kind.LIST or "|" in line
        return self._length > (HARD_LIMIT if may_grow else SOFT_LIMIT)

    def _append(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line)

    def _close(self) -> None:
        if self._fence or self._kind is not _Kind.BLANK:
            self._closed.append(Segment("".join(self._lines), self._fence, "".join(self._code)))
            self._lines, self._length = [], 0
        self._kind, self._item_indent = _Kind.BLANK, 0
        self._fence, self._code, self._code_length = None, [], 0
        self._after_blank = self._after_deep_line = self._may_be_lazy = False

    def _handed_out(self) -> list[Segment]:
        closed, self._closed = self._closed, []
        return closed

    def _shown_rest(self, fence: Fence) -> str:
        if not self._at_line_start:
            return self._rest
        return "" if fence.may_close(self._rest) else fence.code_of(self._rest)


def _content_column(line: str, marker_end: int) -> int:
    """The column from which a line must start to belong to the list item that begins in `line`."""
    if line.startswith("["):
        return 4
    marker = len(line[:marker_end].expandtabs(4))
    content = len(line) - len(line[marker_end:].lstrip(" \t"))
    column = len(line[:content].expandtabs(4))
    is_empty = not line[content:].strip()
    return marker + 1 if is_empty or column > marker + 4 else column
