"""Numbered notes in a rendered text: marks that go in with the Markdown and come out as links.

A mark is made of noncharacters, which are taken out of every text first, so that none can be
forged. A blank stands before it, and goes with it: emphasis and addresses end where they did, as
Markdown has it. The links are put on after the sanitiser, like all markup of our own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from chatapp.rendering.links import is_allowed
from chatapp.rendering.sanitize import LINK_REL

_END: Final = "\ufddc"
_DIGITS: Final = "\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8\ufdd9\ufdda\ufddb"
_FORGED: Final = re.compile(f"[{_END}{_DIGITS}]")
_MARKS: Final = re.compile(f" ?((?:[{_DIGITS}]+{_END})+)")
_STEP: Final = re.compile(rf"{_MARKS.pattern}|<(?P<open>a|code|pre)\b|(?P<close></(?:a|code|pre)>)")
_TO_DIGITS: Final = {ord(digit): str(value) for value, digit in enumerate(_DIGITS)}
_TO_MARK: Final = {ord(str(value)): digit for value, digit in enumerate(_DIGITS)}


@dataclass(frozen=True, slots=True)
class Note:
    """Where a number leads: an address of the web, or none; `label` says what is there."""

    url: str
    label: str


def marks(numbers: list[int]) -> str:
    """What stands in the Markdown for those numbers, behind the words that they are of."""
    return f" {''.join(str(one).translate(_TO_MARK) + _END for one in numbers)}"


def without_marks(text: str) -> str:
    """`text` with nothing in it that could be taken for a mark."""
    return _FORGED.sub("\ufffd", text)


def web_address(url: str) -> str:
    """`url` if it is a harmless address of the web, else nothing."""
    is_of_web = url.lower().startswith(("http://", "https://"))
    return url if is_of_web and is_allowed(url) else ""


def put_notes(notes: Mapping[int, Note], *rendered: SafeString) -> SafeString:
    """Rendered pieces in a row, with links for their marks; these wait for the end of code."""
    html = "".join(rendered)
    if _END not in html:
        return mark_safe(html)
    out: list[str] = []
    waiting: list[str] = []
    depth = end = 0
    for match in _STEP.finditer(html):
        out.append(html[end : match.start()])
        end = match.end()
        if match[1]:
            waiting += [_link(int(one.translate(_TO_DIGITS)), notes) for one in _numbers(match[1])]
        else:
            depth += 1 if match["open"] else -1
            out.append(match[0])
        if depth <= 0:
            out += waiting
            waiting = []
    return mark_safe(_FORGED.sub("", "".join([*out, html[end:], *waiting])))


def no_notes(html: SafeString) -> SafeString:
    """The same without any, for code that is still being written."""
    return mark_safe(_FORGED.sub("", _MARKS.sub("", html))) if _END in html else html


def _numbers(found: str) -> list[str]:
    return found.split(_END)[:-1]


def _link(number: int, notes: Mapping[int, Note]) -> str:
    note = notes.get(number, Note("", ""))
    label = escape(note.label)
    if not (url := web_address(note.url)):
        return f'<sup class="cite" title="{label}">[{number}]</sup>'
    return (
        f'<sup class="cite"><a href="{escape(url)}" title="{label}" aria-label="{label}"'
        f' target="_blank" rel="{LINK_REL}">[{number}]</a></sup>'
    )
