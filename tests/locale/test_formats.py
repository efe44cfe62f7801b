"""Dates as each language writes them."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import formats, translation

LATE = datetime(2026, 10, 3, 17, 51, tzinfo=UTC)
SHOWN = {
    "en": ("3 Oct 2026, 17:51", "3 Oct"),
    "de": ("03.10.2026 17:51", "3. Okt"),
    "fr": ("03/10/2026 17:51", "3 oct"),
    "es": ("03/10/2026 17:51", "3 oct"),
    "ja": ("2026/10/03 17:51", "10月3日"),
}


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_a_moment_and_a_day_are_written_as_the_language_has_them(language: str) -> None:
    with translation.override(language):
        shown = [
            formats.date_format(LATE, form)
            for form in ("SHORT_DATETIME_FORMAT", "SHORT_DAY_FORMAT")
        ]
    assert tuple(shown) == SHOWN[language]
