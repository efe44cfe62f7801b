"""Safe HTML as a tree of plain data, which `page.typ` sets: text stays text all the way."""

from html.parser import HTMLParser
from typing import Any

Element = dict[str, Any]  # {"t": tag, "c": [texts and elements], …}

# Deeper lists and quotes cost more calls than the typesetter allows; they are set flat.
MAX_DEPTH = 10
ALONE = {"br", "hr"}
TRANSPARENT = {"div", "span", "thead", "tbody"}
BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "hr"} | {
    f"h{level}" for level in range(1, 7)
}
LEFT_OUT = "button"  # the Copy of code blocks
HIGHLIGHTED = 16_000  # characters of code, past which colours take too long


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top: Element = {"t": "top", "c": []}
        self.open: list[Element] = [self.top]
        self.language = ""
        self.is_left_out = self.is_language = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == LEFT_OUT:
            self.is_left_out = True
        elif given.get("class") == "code-language":
            self.is_language = True
        elif tag in ALONE:
            self.open[-1]["c"].append({"t": tag, "c": []})
        elif tag not in TRANSPARENT and not self._is_in_code():
            self._begin(tag, given)

    def _begin(self, tag: str, given: dict[str, str | None]) -> None:
        element: Element = {"t": tag, "c": []}
        for name, key in (("href", "url"), ("start", "start"), ("align", "align")):
            if given.get(name):
                element[key] = given[name]
        if tag == "pre":
            element["lang"], self.language = self.language, ""
        if len(self.open) <= MAX_DEPTH:
            self.open[-1]["c"].append(element)
        # What is deeper goes, without its own frame, to the last that has one.
        self.open.append(element if len(self.open) <= MAX_DEPTH else {**self.open[-1], "t": tag})

    def handle_endtag(self, tag: str) -> None:
        if tag == LEFT_OUT:
            self.is_left_out = False
        elif tag == "span":
            self.is_language = False
        elif len(self.open) > 1 and self.open[-1]["t"] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.is_language:
            self.language = data
        elif not self.is_left_out and (data.strip() or self._is_in_text()):
            self.open[-1]["c"].append(data)

    def _is_in_code(self) -> bool:
        return bool(self.open[-1]["t"] == "pre")

    def _is_in_text(self) -> bool:
        """Whether white space means something here: between blocks it does not."""
        content = self.open[-1]["c"]
        is_after_block = content and isinstance(content[-1], dict) and content[-1]["t"] in BLOCKS
        outer = {"top", "ul", "ol", "table", "tr", "blockquote"}
        return not is_after_block and self.open[-1]["t"] not in outer


def elements_of(html: str) -> list[str | Element]:
    """What `rendering` made of a text, as data."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [_finished(child) for child in reader.top["c"]]


def _finished(child: str | Element) -> str | Element:
    if isinstance(child, str):
        return child
    if child["t"] == "pre":
        code = "".join(it for it in child["c"] if isinstance(it, str)).rstrip("\n")
        return {"t": "pre", "text": code, "lang": child["lang"] if len(code) < HIGHLIGHTED else ""}
    if child["t"] == "table":
        return _table(child)
    return {**child, "c": [_finished(it) for it in child["c"]]}


def _table(table: Element) -> Element:
    """Rows of equal length: the typesetter is told the number of columns."""
    rows = [
        [_finished(cell) for cell in row["c"] if isinstance(cell, dict)]
        for row in table["c"]
        if isinstance(row, dict) and row["t"] == "tr"
    ]
    width = max(map(len, rows), default=0)
    empty = {"t": "td", "c": []}
    return {
        "t": "table",
        "columns": width,
        "rows": [row + [empty] * (width - len(row)) for row in rows],
    }
