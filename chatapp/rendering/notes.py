"""Footnotes: a definition is shown where it stands, as an item of a list whose marker is its label.

What is on the page is never taken back, so a reference cannot wait for a definition that may come
much later: every `[^label]` outside code is one. Neither has an id, which two messages of a page
could share; `static/js/notes.js` leads from one to the other within their message.
"""

import re
from typing import Final
from urllib.parse import quote

from chatapp.rendering.sanitize import NOTE_MARK

# A number or a word: outside code, too, people write `[^a]`, `[^,]` and `[^a-z]` of patterns.
NOTE_LABEL: Final = r"(?:\d{1,4}|(?![A-Za-z]-)[A-Za-z][A-Za-z0-9_-]{2,31})"

_REFERENCE: Final = re.compile(rf"(?<!\\)\[\^({NOTE_LABEL})\](?!\()")
_DEFINITION: Final = re.compile(rf"^\[\^({NOTE_LABEL})\]:", re.MULTILINE)
_MARKED: Final = re.compile(rf"{NOTE_MARK}(:?)({NOTE_LABEL}){NOTE_MARK}(:?)")
_ENCODED: Final = quote(NOTE_MARK)
_ITEM: Final = re.compile(rf"<li>(\n<p>)?{NOTE_MARK}:({NOTE_LABEL}){NOTE_MARK}:[ \t]*")
# Links cannot hold a button, and code and formulas mean what they say.
_REFERENCES: Final = re.compile(
    rf"(?s:<(a|code|span)\b.*?</\1>)|{NOTE_MARK}({NOTE_LABEL}){NOTE_MARK}(?!:)"
)


def mark_notes(source: str) -> str:
    """`source` for the Markdown parser, which then sees list items and words instead of notes."""
    if "[^" not in source:
        return source
    # Four columns of marker: what is indented so far belongs to the note, as it does elsewhere.
    source = _DEFINITION.sub(rf"+   {NOTE_MARK}:\1{NOTE_MARK}:", source)
    return _REFERENCE.sub(rf"{NOTE_MARK}\1{NOTE_MARK}", source)


def put_notes(html: str) -> str:
    """Sanitised `html` with its notes and the references to them."""
    if NOTE_MARK not in html:
        return html
    html = _ITEM.sub(lambda it: f'<li class="note">{it[1] or ""}{_button("back", it[2])} ', html)
    return without_marks(_REFERENCES.sub(_reference, html))


def without_marks(text: str) -> str:
    """`text` with what `mark_notes` marked as it was written."""
    return _MARKED.sub(r"[^\2]\3", text.replace(_ENCODED, NOTE_MARK)).replace(NOTE_MARK, "")


def _reference(match: re.Match[str]) -> str:
    return f"<sup>{_button('ref', match[2])}</sup>" if match[2] else match[0]


def _button(kind: str, label: str) -> str:
    return f'<button type="button" class="note-{kind}" data-note="{label}">{label}</button>'
