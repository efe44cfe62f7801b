"""Snippets: the right place of a text, in parts that hold no markup of ours."""

import pytest

from chatapp.conversations.snippets import LENGTH, Part, is_answered_by, snippet
from chatapp.conversations.terms import MOST_TERMS, parsed


def marked(text: str, words: str, *, as_typed: bool = False) -> str:
    parts = snippet(text, words, as_typed=as_typed)
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("The wolf ate.", "wolf", "The [wolf] ate."),
        ("The wolf ate.", "WOLF lamb", "The [wolf] ate."),
        ("The wolf ate the lamb.", '"the lamb"', "The wolf ate [the lamb]."),
        ("The wolf ate.", "-wolf the", "[The] wolf ate."),
        ("wolfish wolf", "wolf", "wolfish [wolf]"),
        ("call foo_bar.baz()", "bar.baz", "call foo_[bar.baz]()"),
        ("Müllers Müller", "muller", "Müllers [Müller]"),
        ("e\u0301te\u0301!", "été", "[e\u0301te\u0301]!"),
        ("私は東京に", "東京", "私は[東京]に"),
        ("Straße", "strasse", "[Straße]"),
        ("a\n\n  wolf\tb", "wolf", "a [wolf] b"),
        ("nothing", "wolf", "nothing"),
        ("", "wolf", ""),
        ("wolf", "", "wolf"),
        ("a fox, a wolf", "wolf or fox", "a [fox], a [wolf]"),
        ("wolf fox hen", 'wolf "wolf fox"', "[wolf fox] hen"),
    ],
)
def test_what_was_looked_for_is_marked(text: str, words: str, shown: str) -> None:
    assert marked(text, words) == shown


def test_unfinished_words_are_marked_while_typed() -> None:
    shown = marked("connection refused", "connection ref", as_typed=True)
    assert shown == "[connection] [refused]"
    assert marked("connection refused", "ref") == "connection refused"


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    shown = marked("word " * 500 + "the wolf ate " + "word " * 500, "wolf")
    assert shown.startswith("… word ")
    assert shown.endswith("word …")
    assert "the [wolf] ate" in shown
    assert len(shown) < LENGTH + 10


def test_the_place_with_most_of_the_words_is_shown() -> None:
    text = "a wolf " + "word " * 200 + "a lamb and a wolf " + "word " * 200 + "a wolf"
    assert "a [lamb] and a [wolf]" in marked(text, "wolf lamb")


def test_a_text_without_spaces_is_cut_as_well() -> None:
    assert len(marked("x" * 10_000, "wolf")) <= LENGTH + 2
    assert "[字]" in marked("無" * 5_000 + "字" + "無" * 5_000, "字")


def test_the_parts_of_a_short_text_are_the_text() -> None:
    text = "<b>wolf</b> & 'wolf' <script>wolf()</script> \ue000wolf\ue001"
    parts = snippet(text, "wolf script")
    assert "".join(part.text for part in parts) == text
    assert {part.text for part in parts if part.is_match} == {"wolf", "script"}
    assert all(type(part.text) is str for part in parts)


def test_what_is_masked_before_never_shows() -> None:
    masked = "my card is ████ 1111, said the wolf"
    assert snippet(masked, "4111 wolf")[-1] == Part("wolf", True)
    assert not is_answered_by(masked, "4111")
    assert is_answered_by(masked, "1111 wolf")


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        *(("wolf lamb", True), ("wolf hen", False), ("hen or lamb", True), ("wolf -lamb", False)),
        *(('"the lamb"', True), ('"lamb the"', False), ("-hen", True), ("", True), ("- -", True)),
    ],
)
def test_a_text_alone_is_held_against_the_words(words: str, answers: bool) -> None:
    assert is_answered_by("The wolf ate the lamb", words) == answers


@pytest.mark.parametrize(
    "words", ["word " * 10_000, "\x00\ud800", '"' * 999, "-" * 999, "or " * 99]
)
def test_hostile_words_are_cut_or_passed_over(words: str) -> None:
    assert sum(len(terms) for terms in parsed(words)) <= MOST_TERMS
    assert marked("word", words).strip("[]") == "word"


def test_a_huge_text_is_read_as_far_as_the_index_reads() -> None:
    assert marked("x " * 500_000 + "wolf", "wolf").startswith("x x x")
