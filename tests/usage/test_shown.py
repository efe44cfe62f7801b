"""Amounts in the figures of each language."""

from decimal import Decimal

import pytest
from django.utils import translation

from chatapp.usage.shown import dollars, number

NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "$1,234.5679"),
        ("de", "$1.234,5679"),
        ("fr", f"$1{NO_BREAK}234,5679"),
        ("es", f"$1{NO_BREAK}234,5679"),
        ("ja", "$1,234.5679"),
    ],
)
def test_money_is_rounded_and_grouped_as_people_write_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert dollars(Decimal("1234.56789"), 4) == shown


def test_a_number_without_digits_behind_the_point_is_rounded() -> None:
    assert number(1999.6) == "2,000"
    assert number(0) == "0"
