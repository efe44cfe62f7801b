"""Dates in English: the day before the month, which is a word, so that nobody mistakes them.

The other languages have Django's own, and a day without its year for charts.
"""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
SHORT_DAY_FORMAT = "j M"
TIME_FORMAT = "H:i"
