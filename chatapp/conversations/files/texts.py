"""Plain text and code, in whatever encoding, as UTF-8 without what no text has."""

import codecs
import re
from pathlib import Path

from chatapp.conversations.files.kinds import CannotUse
from chatapp.conversations.files.limits import TEXT_CHARACTERS
from chatapp.conversations.files.read import Read

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Control characters and half pairs: a file with some of the first is no text.
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
HALF_PAIRS = re.compile("[\ud800-\udfff]")
# Nobody may speak as one of the staff: see context/notes.py.
STAFF_TAGS = re.compile(r"<(?=\s*/?\s*staff\b)", re.IGNORECASE)


def read_text(path: Path, into: Path) -> Read:
    """Raises CannotUse. Writes `sent` into that folder."""
    return written(decoded(path.read_bytes()), "text", into)


def decoded(data: bytes) -> str:
    """Raises CannotUse for what is no text."""
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # The usual encoding of old files of the West; it knows nearly every byte.
        text = data.decode("cp1252", errors="replace")
    if CONTROLS.search(text) or text.count("\ufffd") > len(text) // 100:
        raise CannotUse("unknown")
    return text


def written(text: str, format: str, into: Path, *notes: str) -> Read:
    """Keep what Claude is shown of a text. Raises CannotUse for one that says nothing."""
    text = CONTROLS.sub("", HALF_PAIRS.sub("\ufffd", text)).replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise CannotUse("no words")
    is_cut = len(text) > TEXT_CHARACTERS
    sent = STAFF_TAGS.sub("‹", text[:TEXT_CHARACTERS]).encode()
    (into / "sent").write_bytes(sent)
    kept = [*notes, *(["cut"] if is_cut else [])]
    return Read("text", format, "text/plain", letters=len(sent), notes=kept)
