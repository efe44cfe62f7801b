"""Characters that JSON escapes split into two halves.

An astral character is two escapes in JSON; when a delta ends between them, Python gets
a lone surrogate, which no UTF-8, and so no database and no socket, can take.
"""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def is_whole(text: str) -> bool:
    """Whether a text has no half characters."""
    return text.isascii() or not _SURROGATE.search(text)


def mend(text: str) -> tuple[str, str]:
    """The text with its halves joined, and the first half at its end if there is one.

    A half whose other half cannot come any more becomes U+FFFD.
    """
    rest = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
    halves = text[: len(text) - len(rest)].encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace"), rest
