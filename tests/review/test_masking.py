"""Personal data in texts: what is masked, what stays readable, and texts that still grow."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatapp.claude.simulator.essays import essay
from chatapp.errors import Unusable
from chatapp.rendering import render, render_plain
from chatapp.review.masking import Growing, Mask, Pattern
from chatapp.review.masking.cuts import LIMIT
from tests.rendering.reading import complaints

FINDS = {
    "[e-mail]": [
        "ada@example.com",
        "o'brien+x@mail.example.co.uk",
        "mailto:ada@example.com",
        "ada%40example.com",
        "ada&#64;example.com",
        "ada (at) example (dot) com",
        r"ada\_b@example.com",
        "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "ada\u200b@exam\u200bple.com",
        "用户@例子.公司",
    ],
    "[phone]": [
        "+49 30 901820",
        "+49 (0)30 901820",
        "+14155552671",
        "+1 555 123 4567",
        "(415) 555-2671",
        "415.555.2671",
        "4155552671",
        "(555) 123-4567",
        "020 7946 0958",
        "0171/1234567",
        "06.12.34.56.78",
        "0049 30 901820",
        "+4\u200b9 30 901820",
        "+49\u00a030\u00a0901820",
        "\u0664\u0661\u0665-\u0665\u0665\u0665-\u0662\u0666\u0667\u0661",
        r"\+49 30 901820",
    ],
    "[card]": [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "3782 822463 10005",
        "5555\u20115555\u20115555\u20114444",
    ],
    "[IBAN]": [
        "DE89 3704 0044 0532 0130 00",
        "de89370400440532013000",
        "GB29NWBK60161331926819",
        "QA58 DOHB 0000 1234 5678 90AB CDEF G",
    ],
}
PAIRS = [(marker, find) for marker, finds in FINDS.items() for find in finds]
RAW = [find for _, find in PAIRS]

READABLE = [
    *("2024-01-15", "15.01.2024", "01/15/2024", "01/02/2024-05/02/2024", "2024-01-15 10:30:45"),
    *("01.02.2024 10:30", "10:30-11:45", "1763709151", "1763709151000", "20240115123045"),
    *("192.168.100.200", "2001:db8::8a2e:370:7334", "version 10.15.7", "numpy@1.26.4"),
    *("978-3-16-148410-0", "ISBN 0306406152", "0-306-40615-2", "9783161484100"),
    *("order 4155552671", "#4155552671", "id=4155552671", "SO-2024-00123", "2024-000123"),
    *("$1,234,567.89", "1 234 567 890", "1 000 000 000", "12345678", "100234567"),
    *("3.141592653589793", "0.2125551234", "40.712776, -74.005974", "2020 2021 2022"),
    *("a1b2c3d4-5678-9012-3456-789012345678", "512 1024 2048 4096", "CVE-2024-12345"),
    *("4111 1111 1111 1112", "212-555-1234-5678"),
    *("@ada", "hello @ada.dev", "root@localhost", "gate ab12 and then", "pages 123-456 (2019)"),
]

CUSTOMER = Pattern("customer", r"\bK-\d{4}\b")
ACROSS_WORDS = Pattern("street", r"\w+ (?:street|road) \d+")
MASKS = {"plain": Mask(), "patterns": Mask([CUSTOMER, ACROSS_WORDS])}


@pytest.fixture(params=MASKS)
def mask(request: pytest.FixtureRequest) -> Mask:
    return MASKS[request.param]


@pytest.mark.parametrize(("marker", "find"), PAIRS)
def test_what_identifies_a_person_becomes_a_marker(mask: Mask, marker: str, find: str) -> None:
    shown = mask(f"Reach me: {find}, or not.")
    assert shown.replace("\\", "") == f"Reach me: {marker}, or not."
    assert marker in mask(find)


@pytest.mark.parametrize("text", READABLE)
def test_other_numbers_and_words_stay_readable(mask: Mask, text: str) -> None:
    assert mask(f"See {text} there.") == f"See {text} there."


def test_several_finds_in_one_line_are_all_masked(mask: Mask) -> None:
    text = "Ada <ada@example.com> 4111 1111 1111 1111 05/28, +49 30 901820; DE89370400440532013000"
    assert mask(text) == "Ada <[e-mail]> [card] 05/28, [phone]; [IBAN]"


def test_words_of_a_script_without_spaces_stay_around_an_address(mask: Mask) -> None:
    assert mask("请发到ada@example.com谢谢") == "请发到[e-mail]谢谢"


def test_line_breaks_and_blank_lines_stay_as_they_were(mask: Mask) -> None:
    text = "\r\n  a ada@example.com\r\n\r\n\n\tb\u2028"
    assert mask(text) == text.replace("ada@example.com", "[e-mail]")


def test_the_region_says_whose_national_numbers_are_known() -> None:
    assert Mask()("Call 612 345 678.") == "Call 612 345 678."
    assert Mask(region="ES")("Call 612 345 678.") == "Call [phone]."


def test_an_admins_pattern_is_masked_under_its_name() -> None:
    assert MASKS["patterns"]("I am K-1234, Long road 5.") == "I am [customer], [street]."


def test_an_admins_pattern_goes_before_what_is_known_anyway() -> None:
    mask = Mask([Pattern("account", r"account \d+")])
    assert mask("It is account 4155552671.") == "It is [account]."


def test_a_pattern_never_reaches_into_the_next_line() -> None:
    mask = Mask([Pattern("all of it", r"begin[\s\S]*")])
    assert mask("so begin here\nand on") == "so [all of it]\nand on"


def test_a_pattern_of_nothing_masks_nothing_and_ends() -> None:
    assert Mask([Pattern("nothing", "x*")])("a box") == "a bo[nothing]"


def test_a_pattern_never_finds_anything_in_a_marker() -> None:
    mask = Mask([Pattern("word", r"phone|\] \w+")])
    once = mask("By phone +49 30 901820 or so.")
    assert once == "By [word] [phone] or so."
    assert mask(once) == once


EXPLODING = Pattern("slow", "(a|aa)+$")


def test_a_pattern_that_explodes_hides_the_whole_line_and_no_other() -> None:
    lines = "fine\n" + "a" * 400 + " secret\nfine"
    assert Mask([EXPLODING])(lines) == "fine\n[slow]\nfine"


def test_a_pattern_that_keeps_exploding_is_given_up_and_hides_all() -> None:
    mask = Mask([EXPLODING])
    shown = mask(("a" * 400 + " secret\n") * 200 + "fine\n\n")
    assert shown == "[slow]\n" * 201 + "\n"


@pytest.mark.parametrize("name", ["", "x", "a]b", "a[b", "a\nb", "*a*", " a", "a" * 41])
def test_a_name_that_would_break_its_marker_is_refused(name: str) -> None:
    with pytest.raises(Unusable):
        Mask([Pattern(name, "a")])


def test_an_expression_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(Unusable, match="bad"):
        Mask([Pattern("bad", "(")])


# Growing texts.

SPACES = st.sampled_from(["", " ", "  ", "\n", "\r\n", "\u00a0", ", ", ". ", " (", ") ", "-", "，"])
NUMBERISH = ["12", "2024", "0", "+", "ab12", "order", "#", "K-1234", "Long road 5"]
WORDISH = ["word", "to", "at", "(at)", "(dot)", "com", "@", "x.example", "我们"]
WORDS = st.sampled_from([*NUMBERISH, *WORDISH, "[phone]", "[", "*", "\\", "| a |"])
TEXTS = st.lists(st.tuples(st.sampled_from(RAW) | WORDS, SPACES), max_size=12).map(
    lambda parts: "".join(word + space for word, space in parts)
)
ANY_TEXT = TEXTS | st.text("ab1234567890+-. (@)\n\u200bDE８，é", max_size=60)
CUTS = st.lists(st.floats(0, 1), max_size=12)


def shown_while_growing(mask: Mask, text: str, cuts: list[float]) -> list[str]:
    """What stands on the page after each piece, and at last."""
    growing = Growing(mask)
    places = [0, *sorted(round(cut * len(text)) for cut in cuts), len(text)]
    shown = [""]
    for start, end in pairwise(places):
        shown.append(shown[-1] + growing.feed(text[start:end]))
    return [*shown, shown[-1] + growing.close()]


@pytest.mark.parametrize("name", MASKS)
@given(text=ANY_TEXT, cuts=CUTS)
def test_a_growing_text_ends_as_the_whole_one(name: str, text: str, cuts: list[float]) -> None:
    masked = MASKS[name](text)
    shown = shown_while_growing(MASKS[name], text, cuts)
    assert shown[-1] == masked
    assert all(masked.startswith(sofar) for sofar in shown)


@pytest.mark.parametrize("name", MASKS)
@given(text=ANY_TEXT)
def test_masking_twice_changes_nothing_more(name: str, text: str) -> None:
    masked = MASKS[name](text)
    assert MASKS[name](masked) == masked


@pytest.mark.parametrize("find", RAW)
def test_a_find_cut_anywhere_is_never_shown_raw(mask: Mask, find: str) -> None:
    text = f"Reach me: {find} or {find}\nand {find}"
    for cut in range(len(text)):
        shown = shown_while_growing(mask, text, [cut / len(text)])
        assert not any(find in sofar for sofar in shown)
        assert shown[-1] == mask(text)


@pytest.mark.parametrize("size", [1, 3, 700])
def test_a_line_without_end_is_cut_where_the_whole_one_is(mask: Mask, size: int) -> None:
    for text in ("word K-1234 " * 500, "5 " * 2_500, "x" * 5_000, "ada@example.com " * 300):
        cuts = [place / len(text) for place in range(0, len(text), size)]
        shown = shown_while_growing(mask, text, cuts)
        assert shown[-1] == mask(text)


def test_what_is_held_back_has_a_bound(mask: Mask) -> None:
    growing = Growing(mask)
    shown = sum(len(growing.feed("1" * 10)) for _ in range(1_000))
    assert shown >= 10_000 - LIMIT


def test_plain_words_are_shown_but_for_the_last_one() -> None:
    growing = Growing(Mask())
    assert growing.feed("One two thr") == "One two "
    assert growing.feed("ee four") == "three "
    assert growing.feed(" 415 555") == ""
    assert growing.feed("-2671 is my number") == "four [phone] is my "


# Rendered.

PLACES = [
    "{}",
    "[write me](mailto:{})",
    "[{0}]({0})",
    "<{}>",
    "**{0}**, _{0}_ and `{0}`",
    "| a | b |\n|---|---|\n| {} | x |",
    "```\n{}\n```",
    "    {}",
    "> - {}\n> - [ ] {}",
    "# {}",
    "![{0}](https://x.example/{0}.png)",
    "<a href='mailto:{0}'>{0}</a>",
    "https://x.example/?q={}&y=1",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "find", ["ada@example.com", "+49 30 901820", "4111111111111111", "GB29NWBK60161331926819"]
)
def test_nothing_raw_is_left_in_rendered_text(mask: Mask, place: str, find: str) -> None:
    masked = mask(place.format(find, find))
    for html in (render(masked), render_plain(masked)):
        assert find not in html
        assert complaints(html) == []


def test_a_marker_reads_the_same_once_rendered(mask: Mask) -> None:
    html = render(mask("- ada@example.com\n- K-1234\n\n**+49 30 901820**"))
    assert "<li>[e-mail]</li>" in html
    assert "<strong>[phone]</strong>" in html


def test_an_essay_without_personal_data_stays_as_it_is(mask: Mask) -> None:
    text = essay("What about the harbour?")
    assert mask(text) == text
