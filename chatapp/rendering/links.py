"""Links and images as the Markdown parser wrote them, before they are sanitised.

The parser escapes what a text holds, so every `<a ` and `<img ` in its output is its own. Links
to anything but the web and mail lose their tag and keep their words; no image is ever loaded: it
becomes a link that names its host, because a picture fetched by the page can carry a secret away.
"""

import re
from html import unescape
from typing import Final
from urllib.parse import quote, urlsplit

from chatapp.rendering.notes import without_marks
from chatapp.rendering.sanitize import MARK, URL_SCHEMES, escape

_PARTS: Final = re.compile(
    r'(?P<open><a href="(?P<href>[^"]*)"[^>]*>)|(?P<close></a>)'
    r'|<img src="(?P<src>[^"]*)" alt="(?P<alt>[^"]*)"[^>]*>'
)
_ENCODED_MARK: Final = quote(MARK)
_UNSAFE_IN_URL: Final = re.compile(r"[\x00-\x20\"'<>`\\\x7f]")
# Only words that claim to be an address: "Node.js" should not have its host spelled out.
_CLAIMED_HOST: Final = re.compile(
    r"(?:://|\bwww\.)|\.(?:com|org|net|gov|edu|io|dev|app|ai|co)\b", re.IGNORECASE
)


def tame_links(html: str) -> str:
    """`html` of the Markdown parser with harmless links and without images."""
    if "<a " not in html and "<img " not in html:
        return html
    return _Tamer().tame(html)


def host_of(url: str) -> str:
    """The host of a web address, the address of a mail link; "" where there is neither."""
    parts = urlsplit(url)
    if parts.scheme.lower() == "mailto":
        return parts.path
    return parts.netloc.rpartition("@")[2]


def is_allowed(url: str) -> bool:
    """Whether `url` is absolute, of an allowed scheme, and free of what could end an attribute."""
    if _UNSAFE_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    scheme = parts.scheme.lower()
    return scheme in URL_SCHEMES and bool(parts.path if scheme == "mailto" else parts.netloc)


class _Tamer:
    """One pass over the parser's output; knows whether it stands inside a link."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._url: str | None = None
        self._words_from = 0
        self._inside = False

    def tame(self, html: str) -> str:
        end = 0
        for match in _PARTS.finditer(html):
            self._out.append(html[end : match.start()])
            self._take(match)
            end = match.end()
        return "".join(self._out) + html[end:]

    def _take(self, match: re.Match[str]) -> None:
        if match["open"]:
            self._open(_decoded(match["href"]))
        elif match["close"]:
            self._close()
        else:
            self._image(_decoded(match["src"]), unescape(match["alt"]))

    def _open(self, url: str) -> None:
        if self._inside:
            self._close()
        self._inside = True
        self._url = url if is_allowed(url) else None
        self._words_from = len(self._out)
        if self._url:
            self._out.append(_link(self._url))

    def _close(self) -> None:
        if self._url:
            self._out.append("</a>")
            words = without_marks(unescape("".join(self._out[self._words_from + 1 :])))
            host = host_of(self._url)
            if _CLAIMED_HOST.search(words) and host.lower() not in words.lower():
                self._out.append(f" ({escape(host)})")
        self._inside, self._url = False, None

    def _image(self, url: str, alt: str) -> None:
        words = escape(alt.strip() or "image")
        if not is_allowed(url):
            self._out.append(words)
            return
        words = f"{words} ({escape(host_of(url))})"
        self._out.append(words if self._inside else f"{_link(url)}{words}</a>")


def _decoded(attribute: str) -> str:
    return without_marks(unescape(attribute).replace(_ENCODED_MARK, ""))


def _link(url: str) -> str:
    return f'<a href="{escape(url)}">'
