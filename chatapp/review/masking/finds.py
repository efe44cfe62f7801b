"""What is personal in a piece of text: e-mail addresses, phone numbers, payment cards, IBANs.

A finder takes a piece in plain spelling (`Plain`) and gives the span of its first find, or None.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

import regex
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn

Span = tuple[int, int]
Finder = Callable[[str], Span | None]

# Without one of these no finder can find anything; most lines have none.
_HINT: Final = regex.compile(r"\d|[@＠﹫]|&commat;|[(\[{]at[)\]}]", regex.IGNORECASE)
_FEWEST_DIGITS: Final = 7


def may_hold_finds(text: str) -> bool:
    """Whether it is worth looking at all; cheap."""
    return _HINT.search(text) is not None


class Plain:
    """A piece as the finders read it: ASCII digits, narrow letters, nothing that takes no room.

    Characters without width, combining marks and backslashes (Markdown's escapes) are left out;
    dashes are "-", spaces " ". `original` leads a span back to the piece.
    """

    def __init__(self, piece: str) -> None:
        self.text = piece
        self._places: Sequence[int] = range(len(piece))
        if not piece.isascii() or "\\" in piece:
            kept = [(at, new) for at, old in enumerate(piece) if (new := _plainly(old))]
            self.text = "".join(new for _, new in kept)
            self._places = [at for at, _ in kept]

    def original(self, span: Span) -> Span:
        return self._places[span[0]], self._places[span[1] - 1] + 1


def _plainly(char: str) -> str:
    """One character or none for `char`."""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char == "\\" or category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Pd" or char == "\N{MINUS SIGN}":
        return "-"
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 else char


def _email(letter: str) -> "regex.Pattern[str]":
    at = r"(?:@|%40|&commat;|&\#0*64;|&\#x0*40;|[ ]?[(\[{]at[)\]}][ ]?)"
    dot = r"(?:\.|。|%2e|&period;|&\#0*46;|&\#x0*2e;|[ ]?[(\[{]dot[)\]}][ ]?)"
    local = rf"[{letter}\d_.%+'-]+"
    return regex.compile(
        rf"(?:mailto:)? (?<![{letter}\d_.%+'-]) {local} (?:[ ]?[(\[{{]dot[)\]}}][ ]?{local})*"
        rf"{at} (?:[{letter}\d_-]+{dot})+ (?:xn--[a-z\d-]+|[{letter}]{{2,}})",
        regex.IGNORECASE | regex.VERBOSE,
    )


# Two, because Chinese, Japanese or Thai puts no space between an address and the words around it.
_SPACED_LETTERS: Final = r"\p{Latin}\p{Greek}\p{Cyrillic}"
_EMAIL: Final = _email(_SPACED_LETTERS)
_EMAIL_ANY_SCRIPT: Final = _email(r"\p{L}")


def _first(pattern: "regex.Pattern[str]") -> Finder:
    def find(text: str) -> Span | None:
        match = pattern.search(text)
        return match.span() if match else None

    return find


# Longest first: the three digits behind a card's number may belong to one of nineteen.
_CARDS: Final = [
    regex.compile(rf"(?<!\d)(?<!\d[.,])(?:{shape.replace(' ', '[ .-]{1,2}')})(?!\d)")
    for shape in (
        r"\d{14,19}",
        r"\d{4}(?: \d{4}){3} \d{1,3}",
        r"\d{4}(?: \d{4}){3}",
        r"\d{4} \d{6} \d{4,5}",
    )
]
_ISSUERS: Final = regex.compile(
    r"3(?:0|[689])\d{12} | 3[47]\d{13} |"
    r"(?:220[0-4]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720|[3-6]\d{3}|8[12]\d\d|9792)\d{12,15}",
    regex.VERBOSE,
)


def _card(text: str) -> Span | None:
    for shape in _CARDS:
        for match in shape.finditer(text, overlapped=True):
            number = _digits(match[0])
            if _ISSUERS.fullmatch(number) and luhn.is_valid(number):
                return match.span()
    return None


_IBAN: Final = regex.compile(
    r"(?<![a-z\d])[a-z]{2}[ .-]?\d\d(?:[ .-]{0,2}[a-z\d]){11,30}", regex.IGNORECASE
)


def _iban(text: str) -> Span | None:
    for match in _IBAN.finditer(text, overlapped=True):
        for end in range(match.end(), match.start() + 14, -1):
            # What follows may be the next word: only the country knows how long one is.
            if not text[end : end + 1].isalnum() and _is_iban(text[match.start() : end]):
                return match.start(), end
    return None


def _is_iban(text: str) -> bool:
    return text[-1].isalnum() and iban.is_valid(regex.sub(r"[ .-]", "", text), check_country=False)


# What says of digits without a gap that they are something else than a phone number.
_LABEL: Final = regex.compile(
    r"(?:\d[.,]|\#|\b(?:isbn(?:-1[03])?|issn|ean|upc|sku|order|invoice|ticket|id)\b[\s.:#=-]*)\Z",
    regex.IGNORECASE,
)
_NEAR: Final = 24  # characters before a number in which its label is looked for

# What is written like a phone number, whatever the country: with "00" or "0" in front (unless it
# is a date), or in the North American way, whose plan does not know every invented number.
_WRITTEN: Final = regex.compile(
    r"""
    (?<!\d) (?<!\d[.,/-])
    (?! \d\d?([./-])\d\d?\1 (?: (?:19|20)\d\d(?!\d) | \d\d(?![./-]?\d) ) )
    (?: 00[1-9]\d (?:[ ./()-]{0,3}\d){7,11}
      | (?:\(0\)[ ]?|\(?0)[1-9] (?:[ ./()-]{0,3}\d){7,10}
      | (?: \(\d{3}\)[ ]?\d{3}[ .-] | \d{3}[.-]\d{3}[.-] | \d{3}[ ]\d{3}- ) \d{4} )
    (?!-?\d)
    """,
    regex.VERBOSE,
)


def _phone(region: str) -> Finder:
    def find(text: str) -> Span | None:
        if len(_digits(text)) < _FEWEST_DIGITS:
            return None
        if "+" in text:
            # Somebody who writes the plus means a number, an invented one as well.
            for number in PhoneNumberMatcher(text, None, leniency=Leniency.POSSIBLE):
                return number.start, number.end
        spans = [(n.start, n.end) for n in _national(text, region)]
        spans += [match.span() for match in _WRITTEN.finditer(text)]
        return next((span for span in sorted(spans) if not _is_labelled(text, span)), None)

    return find


def _national(text: str, region: str) -> PhoneNumberMatcher:
    return PhoneNumberMatcher(text, region, leniency=Leniency.STRICT_GROUPING)


def _is_labelled(text: str, span: Span) -> bool:
    start, end = span
    is_bare = text[start:end].isdecimal()
    return is_bare and _LABEL.search(text, max(0, start - _NEAR), start) is not None


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


def finders(region: str) -> tuple[tuple[str, Finder], ...]:
    """The name and the finder of each kind, in the order in which they are asked.

    Cards and IBANs come before phone numbers, which many digits could be. `region` (ISO 3166) is
    the country whose phone numbers are found without a country code or a leading zero.
    """
    return (
        ("e-mail", _first(_EMAIL)),
        ("e-mail", _first(_EMAIL_ANY_SCRIPT)),
        ("IBAN", _iban),
        ("card", _card),
        ("phone", _phone(region)),
    )
