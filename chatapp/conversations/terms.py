"""What somebody looks for, word by word, as the search and its snippets read it.

Words are compared as the database compares them (`conversations_search_text` in the migration
that made it): without case and accents, `ß` as `ss`, everything between words left out, each
Chinese or Japanese character a word. So `foo_bar.baz` is three words one after the other.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

MOST_CHARACTERS: Final = 1_000  # of what is typed into the box; the rest is passed over
MOST_TERMS: Final = 32
SHORTEST: Final = 3  # characters of an unfinished word: fewer begin too many words

_SINGLE: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3040-\u30fa\u30fc-\u31ff\u3400-\ua4cf"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_BETWEEN: Final = (
    "\x00-/:-@\\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u1680\u2000-\u2bff\u3000-\u3004"
    "\u3008-\u3020\u3030-\u303f\u30fb\ufe00-\ufe6f\uff00-\uff0f\uff61-\uff65\ufff9-\uffff"
    "\U0001f000-\U0001faff"
)
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_WORD: Final = re.compile(f"[{_SINGLE}]|[^{_SINGLE}{_BETWEEN}]+")
_CHUNK: Final = re.compile("[^\x00-/:-@\\[-`{-\x7f]+")
_TYPED: Final = re.compile(
    r'(?P<minus>(?<!\S)-(?=[^\s-]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


class Word(NamedTuple):
    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """One word, or several that stand one after the other."""

    words: tuple[str, ...]
    is_wanted: bool = True
    is_begun: bool = False  # the last word may go on

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def length_at(self, words: list[Word], at: int) -> int:
        """How many of `words` from that place on are this term; 0 if it is not there."""
        *firsts, last = self.words
        found = [word.folded for word in words[at : at + len(self.words)]]
        if len(found) < len(self.words) or found[:-1] != firsts:
            return 0
        fits = found[-1].startswith(last) if self.is_begun else found[-1] == last
        return len(found) if fits else 0

    def is_in(self, words: list[Word]) -> bool:
        return any(self.length_at(words, at) for at in range(len(words)))


def parsed(typed: str, *, as_typed: bool = False) -> list[list[Term]]:
    """The terms that are asked for: all of one of these lists.

    `a b` wants both, `"a b"` one after the other, `-a` texts without it, `a or b` either. With
    `as_typed` the last word may be unfinished, also of a phrase. What cannot be read is passed
    over.
    """
    alternatives: list[list[Term]] = [[]]
    # Postgres takes neither NUL, which separates words here, nor half a pair.
    typed = typed[:MOST_CHARACTERS].encode(errors="ignore").decode()
    typed = unicodedata.normalize("NFC", typed)
    found = list(_TYPED.finditer(typed))
    for match in found[:MOST_TERMS]:
        if (match["word"] or "").lower() == "or" and not match["minus"]:
            alternatives.append([])
            continue
        words = tuple(word.folded for word in words_of(match["phrase"] or match["word"] or ""))
        # A phrase is unfinished until its quote is closed.
        is_open = match["word"] is not None or match[0].count('"') == 1
        is_last = match is found[-1] and is_open and typed[-1:].strip() != ""
        if words:
            is_begun = as_typed and is_last and not match["minus"] and len(words[-1]) >= SHORTEST
            alternatives[-1].append(Term(words, not match["minus"], is_begun))
    return [terms for terms in alternatives if terms]


def words_of(text: str) -> list[Word]:
    """The words of a text as they are compared, each with its place in the text."""
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    for match in _CHUNK.finditer(text):
        if match[0].isascii():
            yield Word(match[0].lower(), match.start(), match.end())
        else:
            yield from _folded_words(match[0], match.start())


def _folded_words(chunk: str, start: int) -> Iterator[Word]:
    folded, places = "", []
    for at, character in enumerate(chunk, start):
        parts = _folded(character)
        folded += parts
        # One character may become several: a ligature, a fraction, a number in a circle.
        places += [at] * len(parts)
    for match in _WORD.finditer(folded):
        end = places[match.end() - 1] + 1
        if marks := _MARKS.match(chunk, end - start):
            end = start + marks.end()
        yield Word(match[0], places[match.start()], end)


@lru_cache(maxsize=4_096)
def _folded(character: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", character)).replace("ß", "ss")
    return unicodedata.normalize("NFC", plain).lower()
