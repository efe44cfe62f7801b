"""Sheets of comma-separated values, written line by line."""


class Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def cell(value: object) -> object:
    """Text that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
