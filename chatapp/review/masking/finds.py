"""What is personal in a piece of text: e-mail addresses, phone numbers, payment cards, IBANs.

A finder takes a piece in plain spelling (`Plain`) and gives the spans of its finds, in order and
apart from each other.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

import regex
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn, numdb

Span = tuple[int, int]
Finder = Callable[[str], list[Span]]

# Without one of these no finder can find anything: no number has fewer than seven digits.
_HINT: Final = regex.compile(
    r"[@＠﹫] | %40 | &\#x?0*[46][04]; | &commat; | [(\[{]at[)\]}] | (?:\d\D*+){7}",
    regex.IGNORECASE | regex.VERBOSE,
)


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


def _all(pattern: "regex.Pattern[str]") -> Finder:
    return lambda text: [match.span() for match in pattern.finditer(text)]


def _apart(spans: list[Span]) -> list[Span]:
    """Of spans that overlap the first, and of those that begin together the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


# Longest first: the three digits behind a card's number may belong to one of nineteen.
_CARD_SHAPES: Final = [
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


def _cards(text: str) -> list[Span]:
    tries = (match for shape in _CARD_SHAPES for match in shape.finditer(text, overlapped=True))
    return _apart([match.span() for match in tries if _is_card(match[0])])


def _is_card(text: str) -> bool:
    number = "".join(char for char in text if char.isdecimal())
    return bool(_ISSUERS.fullmatch(number)) and luhn.is_valid(number)


_IBANS: Final = numdb.get("iban")
_IBAN: Final = regex.compile(
    r"(?<![a-z\d])[a-z]{2}[ .-]?\d\d(?:[ .-]{0,2}[a-z\d]){11,30}", regex.IGNORECASE
)


def _ibans(text: str) -> list[Span]:
    tries = _IBAN.finditer(text, overlapped=True)
    return _apart([(match.start(), end) for match in tries if (end := _end_of_iban(match))])


def _end_of_iban(match: "regex.Match[str]") -> int | None:
    # What follows may be the next word: only the country knows how long an IBAN is.
    length = _length_of_iban(match[0][:2])
    places = [place for place, char in enumerate(match[0]) if char.isalnum()][:length]
    if len(places) < length:
        return None
    text = match[0][: places[-1] + 1]
    end = match.start() + len(text)
    number = regex.sub(r"[ .-]", "", text)
    is_one = iban.is_valid(number, check_country=False) and not match.string[end:][:1].isalnum()
    return end if is_one else None


def _length_of_iban(country: str) -> int:
    """How many characters one has there; more than any has where there are none."""
    [(_, known), *_] = _IBANS.info(country.upper())
    account = [int(size) for size in regex.findall(r"\d+", known.get("bban", ""))]
    return 4 + sum(account) if account else 99


# A phone number has seven digits close together. What has them and is none: dates, times and
# addresses of computers. They are put out of the way first, which spares most of the time, too.
_RUN: Final = regex.compile(r"(?:\d[^\w,:;]{0,4}){6}\d")
_DATE: Final = (
    r"(?:(?:19|20)\d\d[./-]\d\d?[./-]\d\d?"
    r"|\d\d?[./-]\d\d?[./-](?:(?:19|20)\d\d|\d\d(?![./-]?\d)))(?!\d)"
)
_TIME: Final = r"\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?!\d)"
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_OTHER: Final = regex.compile(
    rf"(?<!\d)(?<!\d[./-])(?:{_DATE}(?:-{_DATE})*|{_TIME}|{_OCTET}(?:\.{_OCTET}){{3}}(?!\.?\d))"
)

# What is written like a phone number, whatever the country: with "00" or "0" in front, or in the
# North American way, whose plan does not know every invented number.
_WRITTEN: Final = regex.compile(
    r"""
    (?<!\d) (?<!\d[.,/-])
    (?: 00[1-9]\d (?:[ ./()-]{0,3}\d){7,11}
      | (?:\(0\)[ ]?|\(?0)[1-9] (?:[ ./()-]{0,3}\d){7,10}
      | (?: \(\d{3}\)[ ]?\d{3}[ .-] | \d{3}[.-]\d{3}[.-] | \d{3}[ ]\d{3}- ) \d{4} )
    (?!-?\d)
    """,
    regex.VERBOSE,
)

# What says of digits without a gap that they are something else than a phone number.
_LABEL: Final = regex.compile(
    r"(?:\d[.,]|\#|\b(?:isbn(?:-1[03])?|issn|ean|upc|sku|order|invoice|ticket|id)\b[\s.:#=-]*)\Z",
    regex.IGNORECASE,
)
_NEAR: Final = 24  # characters before a number in which its label is looked for


def _phones(region: str) -> Finder:
    def find(text: str) -> list[Span]:
        text = _OTHER.sub(lambda other: "," * len(other[0]), text)
        if not _RUN.search(text):
            return []
        spans = [match.span() for match in _WRITTEN.finditer(text)]
        if "+" in text:
            # Somebody who writes the plus means a number, an invented one as well.
            spans += _known(text, None, Leniency.POSSIBLE)
        spans += _known(text, region, Leniency.STRICT_GROUPING)
        return _apart([span for span in spans if not _is_labelled(text, span)])

    return find


def _known(text: str, region: str | None, leniency: int) -> list[Span]:
    return [(one.start, one.end) for one in PhoneNumberMatcher(text, region, leniency=leniency)]


def _is_labelled(text: str, span: Span) -> bool:
    start, end = span
    is_bare = text[start:end].isdecimal()
    return is_bare and _LABEL.search(text, max(0, start - _NEAR), start) is not None


def finders(region: str) -> tuple[tuple[str, Finder], ...]:
    """The name and the finder of each kind, in the order in which they are asked.

    Cards and IBANs come before phone numbers, which many digits could be. `region` (ISO 3166) is
    the country whose phone numbers are found without a country code or a leading zero.
    """
    return (
        ("e-mail", _all(_EMAIL)),
        ("e-mail", _all(_EMAIL_ANY_SCRIPT)),
        ("IBAN", _ibans),
        ("card", _cards),
        ("phone", _phones(region)),
    )
