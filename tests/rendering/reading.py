"""Reads rendered HTML as a browser would begin to, and complains of all that is not foreseen."""

import re
from html.parser import HTMLParser

import nh3

_NONE: dict[str, str] = {}
_ALLOWED: dict[str, dict[str, str]] = {
    **dict.fromkeys(("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"), _NONE),
    **dict.fromkeys(("strong", "em", "del", "code", "ul"), _NONE),
    "li": {"class": "note|task"},
    **dict.fromkeys(("table", "thead", "tbody", "tr"), _NONE),
    **{tag: {"align": "left|right|center"} for tag in ("th", "td")},
    "ol": {"start": r"\d+"},
    "a": {
        "href": r"https?://[^\s\"'<>]+|mailto:[^\s\"'<>]+",
        "target": "_blank",
        "rel": "noopener noreferrer nofollow",
    },
    "pre": {"tabindex": "0"},
    "span": {"class": "code-language|tok-[a-z]+", "data-math-style": "inline|display"},
    "sup": _NONE,
    "button": {"type": "button", "class": "note-(?:ref|back)", "data-note": "[A-Za-z0-9_-]+"},
    "div": {
        "class": "code-block|code-header|table-scroll",
        "tabindex": "0",
        "role": "region",
        "aria-label": "Table",
    },
}
_VOID = {"br", "hr"}
_CODE_BLOCK = re.compile(
    r'<div class="code-block"><div class="code-header"><span class="code-language">[^<>]*</span>'
    r'</div><pre tabindex="0"><code>(?:[^<>]|<span class="tok-[a-z]+">|</span>)*</code></pre></div>'
)
_TABLE = re.compile(
    r'<div class="table-scroll" tabindex="0" role="region" aria-label="Table">(<table>.*?</table>)'
    r"</div>",
    re.DOTALL,
)
_NOTE = re.compile(
    r'<sup><button type="button" class="note-ref" data-note="([\w-]+)">\1</button></sup>'
    r'|<li class="note">(?:\n<p>)?<button type="button" class="note-back" data-note="([\w-]+)">'
    r"\2</button> "
)
_FORMULA = re.compile(r'<span data-math-style="(?:inline|display)">[^<>]*</span>')


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = _ALLOWED.get(tag)
        if allowed is None:
            self.complaints.append(f"tag {tag}")
        for name, value in attrs:
            if not re.fullmatch((allowed or {}).get(name, "(?!)"), value or ""):
                self.complaints.append(f"{tag} {name}={value}")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.complaints.append(f"stray </{tag}>")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.complaints.append("comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def complaints(html: str) -> list[str]:
    """Everything in `html` that is not on the list, or not closed where it should be."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    unframed = _TABLE.sub(r"\1", _CODE_BLOCK.sub("", html))
    unframed = _FORMULA.sub("", _NOTE.sub("", unframed))
    forged = re.findall(r"<(?:div|span|button|pre|sup)\b[^>]*>", unframed)
    unclosed = [f"open <{tag}>" for tag in reader.open]
    return reader.complaints + unclosed + [f"outside its frame: {tag}" for tag in forged]


def words(html: str) -> str:
    """The text a reader sees, white space as single blanks."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.words).split())


def resanitized(html: str) -> str:
    """`html` read and written again by the sanitiser, which knows our frames here too."""
    return nh3.clean(
        html,
        tags=set(_ALLOWED),
        attributes={tag: set(names) for tag, names in _ALLOWED.items()},
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )
