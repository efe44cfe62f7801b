"""Names of files, as they may be shown, kept and handed to a browser."""

import re
import unicodedata

from chatapp.conversations.files.limits import NAME_CHARACTERS

ENDING = 12  # characters of an ending that survive a cut


def safe_name(given: str) -> str:
    """The last part of a path, without what turns, hides or breaks a line of text."""
    last = re.split(r"[/\\]", given)[-1]
    # Controls, and marks of direction that make "exe.gpj" read "jpg.exe".
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    name = " ".join(shown.split()).strip(".") or "file"
    if len(name) <= NAME_CHARACTERS:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending) <= ENDING else ""
    return f"{name[: NAME_CHARACTERS - len(tail) - 1]}…{tail}"
