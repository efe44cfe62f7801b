"""The difference of two texts, by line and word."""

from hypothesis import given
from hypothesis import strategies as st

from chatapp.workbench.diffs import Bit, Row, rows, words

LINES = st.lists(st.text("ab .", max_size=6), max_size=12).map("\n".join)


def said(bits: object) -> str:
    return "".join(bit.text for bit in bits)  # type: ignore[attr-defined]


def test_equal_texts_have_no_difference() -> None:
    assert rows("One\nTwo", "One\nTwo") == []


def test_a_changed_word_is_shown_and_the_others_are_not() -> None:
    before, after = words("Be very kind.", "Be kind.")
    assert before == [Bit("same", "Be"), Bit("removed", " very"), Bit("same", " kind.")]
    assert after == [Bit("same", "Be"), Bit("same", " kind.")]


def test_a_replaced_word_stands_before_the_new_one_in_one_line() -> None:
    (row,) = rows("Be kind.", "Be brief.")
    assert [(bit.kind, bit.text) for bit in row.inline] == [
        ("same", "Be "),
        ("removed", "kind"),
        ("added", "brief"),
        ("same", "."),
    ]


def test_lines_that_came_or_went_keep_their_numbers() -> None:
    added = rows("One\nThree", "One\nTwo\nThree")[1]
    assert (added.number_before, added.number_after, said(added.after)) == (0, 2, "Two")
    removed = rows("One\nTwo\nThree", "One\nThree")[1]
    assert (removed.number_before, removed.number_after, said(removed.before)) == (2, 0, "Two")


def test_equal_lines_far_from_a_change_are_folded() -> None:
    text = "\n".join(str(n) for n in range(50))
    found = rows(text, text.replace("25", "changed"))
    assert [row.skipped for row in found if row.skipped] == [22, 21]
    assert len(found) == 9


@given(LINES, LINES)
def test_both_texts_can_be_read_from_their_difference(before: str, after: str) -> None:
    old, new = before.splitlines(), after.splitlines()
    for row in rows(before, after):
        if row.number_before:
            assert said(row.before) == old[row.number_before - 1]
        if row.number_after:
            assert said(row.after) == new[row.number_after - 1]
        kept = [bit for bit in row.inline if bit.kind != "removed"]
        assert said(kept) == said(row.after)


def test_an_empty_row_is_the_same_on_both_sides() -> None:
    assert Row(skipped=3).is_same
