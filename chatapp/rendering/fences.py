"""Fenced code blocks: the lines that open and close one, and what of the others is its code."""

import re
from dataclasses import dataclass
from typing import Final

_FENCE: Final = re.compile(r" {0,3}(?:(`{3,})([^`\n]*)|(~{3,})([^\n]*))\n?\Z")
_NOT_IN_LANGUAGE: Final = re.compile(r"[^A-Za-z0-9+#._-]")


@dataclass(frozen=True, slots=True)
class Fence:
    """The opening line of a fenced code block: its run of marks, its indent in columns."""

    marks: str
    indent: int
    language: str

    def closes(self, line: str) -> bool:
        """Whether `line` ends the block."""
        marks = line.strip(" \t\n")
        is_run = len(marks) >= len(self.marks) and not marks.strip(self.marks[0])
        return is_run and indent_of(line) < 4

    def may_close(self, start: str) -> bool:
        """Whether a line that begins with `start` can still become the end of the block."""
        return not start.lstrip(" ").lstrip(self.marks[0]).strip(" \t")

    def code_of(self, line: str) -> str:
        """`line` without as many columns of indent as the fence had; a tab goes in part."""
        blanks = min(len(line) - len(line.lstrip(" ")), self.indent)
        if blanks < self.indent and line[blanks : blanks + 1] == "\t":
            return " " * (4 - self.indent) + line[blanks + 1 :]
        return line[blanks:]


def opened_fence(line: str) -> Fence | None:
    """The fence that `line` opens, if it does."""
    match = _FENCE.match(line)
    if not match:
        return None
    backticks, info, tildes, tilde_info = match.groups()
    language = language_name(info or tilde_info or "")
    return Fence(backticks or tildes, indent_of(line), language)


def language_name(info: str) -> str:
    """The language of a fence's info string: its first word without odd characters; or ""."""
    words = info.split(None, 1)
    return _NOT_IN_LANGUAGE.sub("", words[0])[:30] if words else ""


def indent_of(line: str) -> int:
    """Columns of white space before the first character of `line`; tabs stop every four."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blanks.expandtabs(4))
