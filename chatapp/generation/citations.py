"""The sources of an answer: numbered in the order in which they are cited, each once.

The API cuts a text where what it cites changes. `Flow` joins the blocks again, since
Markdown needs the whole, and puts a mark behind each one that has a source.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext

from chatapp.rendering.citations import Note, marks, web_address, without_marks
from chatapp.rendering.links import host_of

Citation = Mapping[str, Any]
QUOTES: Final = 3  # of one source that are shown
QUOTE_MAX: Final = 300  # characters
HELD: Final = " \t\r\n|"  # at the end of a text: a mark stands before it
LINE_MAX: Final = 200  # characters of a line that we look at; a longer one is prose
# A mark would make a fence, a rule, an underline or the second line of a table none.
STRUCTURE: Final = re.compile(r"[\s>]*(?:[`~]{3,}.*|[-=*_:#|\s]*)\Z")


@dataclass
class Source:
    number: int
    title: str
    url: str  # safe to link; empty: it is no page of the web
    quotes: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return host_of(self.url) if self.url else ""

    @property
    def label(self) -> str:
        named = {"number": self.number, "title": self.title or self.host}
        return gettext("Source %(number)s: %(title)s") % named

    @property
    def as_markdown(self) -> str:
        """For a footnote: its words cannot be taken for a link, its address for anything else."""
        title = re.sub(r"([\\\[\]<>`*_])", r"\\\1", self.title)
        return f"{title} <{self.url}>".strip() if self.url else title


class Sources:
    """Those of one answer so far."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], Source] = {}
        self.notes: dict[int, Note] = {}

    def numbers(self, citations: Iterable[Citation]) -> list[int]:
        """The numbers of what is cited, each once; new sources get the next ones."""
        return sorted({self._source(citation).number for citation in citations})

    def _source(self, citation: Citation) -> Source:
        key = _key(citation)
        source = self.found.get(key)
        if source is None:
            source = Source(len(self.found) + 1, _title(citation), web_address(_url(citation)))
            self.found[key] = source
            self.notes[source.number] = Note(source.url, source.label)
        quote = " ".join(str(citation.get("cited_text") or "").split())[:QUOTE_MAX]
        if quote and quote not in source.quotes and len(source.quotes) < QUOTES:
            source.quotes.append(quote)
        return source


def _url(citation: Citation) -> str:
    return str(citation.get("url") or citation.get("source") or "")


def _title(citation: Citation) -> str:
    found = citation.get("title") or citation.get("document_title") or ""
    return " ".join(str(found).split())[:QUOTE_MAX]


def _key(citation: Citation) -> tuple[str, ...]:
    """What makes two citations one source: the address, or which document of the request."""
    if url := _url(citation):
        return ("url", url)
    return ("document", str(citation.get("document_index")), _title(citation))


class Flow:
    """Blocks of text as one, in any pieces: what may be shown now, marks included."""

    def __init__(self, sources: Sources, marked: Callable[[list[int]], str] = marks) -> None:
        self.sources = sources
        self.marked = marked
        self.held = ""
        self.line = ""

    def text(self, text: str) -> str:
        """Take more text. What could stand behind a mark is held back until more comes."""
        whole = self.held + without_marks(text)
        shown = whole.rstrip(HELD)
        self.held = whole[len(shown) :]
        _, is_new, line = shown.rpartition("\n")
        self.line = (line if is_new else self.line + line)[: LINE_MAX + 1]
        return shown

    def cite(self, citations: Iterable[Citation]) -> str:
        """The marks of the sources of the text so far; none where they would break it."""
        numbers = self.sources.numbers(citations)
        is_prose = len(self.line) > LINE_MAX or not STRUCTURE.match(self.line)
        return self.marked(numbers) if numbers and is_prose else ""

    def end(self) -> str:
        held, self.held = self.held, ""
        return held


def joined(
    blocks: Iterable[Mapping[str, Any]], sources: Sources, *, footnotes: bool = False
) -> str:
    """Blocks of text as one Markdown text with marks, or footnotes in their place."""
    flow = Flow(sources, _footnotes if footnotes else marks)
    parts = [flow.text(b["text"]) + flow.cite(b.get("citations") or ()) for b in blocks]
    return "".join([*parts, flow.end()])


def _footnotes(numbers: Iterable[int]) -> str:
    return "".join(f"[^{number}]" for number in numbers)


def told(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    """What the stream log keeps of them: all that is shown."""
    kept = ("type", "url", "source", "title", "document_title", "document_index", "cited_text")
    return [{k: v for k, v in one.items() if k in kept and v is not None} for one in citations]
