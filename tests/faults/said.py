"""What Claude is made to say, and what of it can be seen: the measure of every comparison."""

import base64
import random
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Characters of one to four bytes, some that HTML escapes, some that belong together.
SOME = ("plain", "naïve", "日本語", "👩‍👩‍👧", "e\u0301t\u0300e", "𝔘𝔫𝔦", "שלום")
WORDS = (*SOME, "a<b", "x&y", 'say"', "it's")
A_PARAGRAPH = 20  # words


@dataclass(frozen=True)
class Said:
    """`source` is Markdown; `seen` is the text of its paragraphs and code, blank lines between."""

    source: str
    seen: str
    marker: str = field(default_factory=lambda: uuid.uuid4().hex)

    def asked(self, speed: int, chars: int = 6) -> str:
        """A question that the simulator answers with exactly that, `speed` deltas a second."""
        coded = base64.b64encode(self.source.encode()).decode()
        pace = (
            f"[[sim: thinking off]] [[sim: first 0]] [[sim: speed {speed}]] [[sim: delta {chars}]]"
        )
        return f"{self.marker} {pace} [[sim: text64 {coded}]]"

    def agrees(self, page: "Page", *, whole: bool) -> bool:
        """Whether the page shows a beginning of it, or with `whole` all of it."""
        if page.has_seam:
            # A seam parts paragraphs anywhere; the spaces around it belong to no side.
            shown, all_of_it = bare(page.text), bare(self.seen)
        else:
            shown, all_of_it = page.text, self.seen
        # Half a fence is still a paragraph of backticks.
        return shown == all_of_it if whole else all_of_it.startswith(shown.rstrip("`\n "))


def bare(text: str) -> str:
    return "".join(text.split())


def a_text(words: int, *, code: bool = True) -> Said:
    """Words that are all different, so that none can be lost or doubled unseen."""
    all_words = [f"{random.choice(WORDS)}{at:04d}" for at in range(words)]
    source, seen = [], []
    for at in range(0, words, A_PARAGRAPH):
        some = all_words[at : at + A_PARAGRAPH]
        if code and at and at % (3 * A_PARAGRAPH) == 0:
            lines = "".join(f"  {word} = [{word!r}]\n" for word in some)
            source.append(f"```python\n{lines}```")
            seen.append(lines)
        else:
            source.append(" ".join(some))
            seen.append(" ".join(some))
    return Said("\n\n".join([*source, "The end."]), "\n\n".join([*seen, "The end."]))


class Page(HTMLParser):
    """What an answer's HTML shows: the text of paragraphs and code, not of buttons and thoughts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.has_seam = False
        self.within: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "\n\n".join(self.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.has_seam |= ("class", "seam") in attrs
        if tag in ("p", "code", "details"):
            self.within.append(tag)
            if "details" not in self.within:
                self.parts.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.within and tag == self.within[-1]:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if self.within and "details" not in self.within:
            self.parts[-1] += data
