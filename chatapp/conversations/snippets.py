"""The place of a text where the words are that somebody looks for, in parts without markup."""

from typing import Final, NamedTuple

from chatapp.conversations.terms import Term, Word, parsed, words_of

LENGTH: Final = 240  # characters
LEAD: Final = 60  # of them before the first match
MOST_SEARCHED: Final = 100_000  # as far as the index reads


class Part(NamedTuple):
    """A piece of plain text. Whoever shows it escapes it, whatever it holds."""

    text: str
    is_match: bool = False


class Match(NamedTuple):
    start: int
    end: int
    term: Term


def snippet(text: str, typed: str, *, as_typed: bool = False) -> list[Part]:
    """About 240 characters of `text` around what is looked for, in order, on one line.

    Hand in the text as the reader may see it: what is masked must be masked before. Without
    a match it is the beginning of the text. Never raises.
    """
    text = text[:MOST_SEARCHED]
    words = words_of(text)
    found = _matches(words, _wanted(typed, as_typed))
    start, end = _window(text, _best(found))
    parts = [Part("… ")] if start else []
    at = start
    for match in found:
        if at <= match.start and match.end <= end:
            parts += [Part(text[at : match.start]), Part(text[match.start : match.end], True)]
            at = match.end
    parts.append(Part(text[at:end]))
    if end < len(text):
        parts.append(Part(" …"))
    return [part for part in map(_on_one_line, parts) if part.text]


def is_answered_by(text: str, typed: str, *, as_typed: bool = False) -> bool:
    """Whether `text` alone has what is looked for, and nothing that is not wanted.

    For a reader who sees a masked text: a hit by what is masked must not be shown, or the
    search could be asked for it letter by letter.
    """
    words = words_of(text[:MOST_SEARCHED])
    alternatives = parsed(typed, as_typed=as_typed)
    return not alternatives or any(
        all(term.is_in(words) == term.is_wanted for term in terms) for terms in alternatives
    )


def _wanted(typed: str, as_typed: bool) -> list[Term]:
    alternatives = parsed(typed, as_typed=as_typed)
    return [term for terms in alternatives for term in terms if term.is_wanted]


def _matches(words: list[Word], terms: list[Term]) -> list[Match]:
    """Where the terms stand, in order; where several begin, the longest."""
    by_first: dict[str, list[Term]] = {}
    begun = [term for term in terms if term.is_begun and len(term.words) == 1]
    for term in terms:
        by_first.setdefault(term.words[0], []).append(term)
    found: list[Match] = []
    for at, word in enumerate(words):
        if found and word.start < found[-1].end:
            continue
        here = [(term.length_at(words, at), term) for term in by_first.get(word.folded, begun)]
        longest = max(here, key=lambda pair: pair[0], default=None)
        if longest and longest[0]:
            found.append(Match(word.start, words[at + longest[0] - 1].end, longest[1]))
    return found


def _best(found: list[Match]) -> Match | None:
    """The match from which on most of the terms stand near to each other."""
    most, best, end = 0, None, 0
    for at, match in enumerate(found):
        end = max(end, at)
        while end < len(found) and found[end].end <= match.start + LENGTH - LEAD:
            end += 1
        # Beyond a few dozen one window is as good as another.
        kinds = len({near.term for near in found[at : min(end, at + 50)]})
        if kinds > most:
            most, best = kinds, match
    return best


def _window(text: str, best: Match | None) -> tuple[int, int]:
    """Where the snippet begins and ends: between words where there is a space nearby."""
    if best is None or best.end <= LENGTH:
        start = 0
    else:
        start = best.start - LEAD
        space = text.find(" ", start, best.start)
        start = space + 1 if space >= 0 else start
    end = max(start + LENGTH, best.end if best else 0)
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", max(best.end if best else 0, end - LEAD), end)
    return start, space if space >= 0 else end


def _on_one_line(part: Part) -> Part:
    """Line breaks and runs of spaces as one space; a text that is all blanks as one."""
    line = " ".join(part.text.split())
    before = " " if part.text[:1].isspace() and line else ""
    after = " " if part.text[-1:].isspace() else ""
    return Part(f"{before}{line}{after}", part.is_match)
