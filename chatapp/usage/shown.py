"""Amounts as people read them: the figures in the words of their language, money in US dollars."""

from decimal import Decimal

from django.utils.formats import number_format

Amount = Decimal | float | int


def number(amount: Amount, digits: int = 0) -> str:
    """Rounded to so many digits behind the point, in groups of thousands."""
    return number_format(f"{amount:.{digits}f}", digits, force_grouping=True)


def dollars(amount: Amount, digits: int) -> str:
    return "$" + number(amount, digits)
