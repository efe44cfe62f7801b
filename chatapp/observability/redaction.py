"""Removing secrets from text that is about to be written down."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

REMOVED = "[removed]"
# Shorter values would also strike out ordinary words of the log.
SHORTEST_SECRET = 6

NAMES = r"authorization|api[-_]?key|cookies?|secret[-_]?key|csrf[-_]?(?:middleware)?token|password"
# A name, then a value: as a header line, JSON (also JSON inside a string), a dict, a pair of
# bytes or an assignment. Without quotes the rest of the line goes, and an escaped quote never
# ends a value: too much removed rather than too little.
NAMED = re.compile(
    rf"""(?P<name>(?:{NAMES})(?:\\*["']\s*[:=,]|\s*[:=])\s*)
         (?: b?"(?:\\++.?|[^"\\\n])*"?
           | b?'(?:\\++.?|[^'\\\n])*'?
           | \\+["'].*?(?:\\+["']|$)
           | [^\r\n]+ )""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
ANTHROPIC_KEY = re.compile(r"sk-ant-[\w-]*")
URL_PASSWORD = re.compile(r"(?<=://)[^\s/@]*:[^\s/]*(?=@)")


class Cleaner:
    """Removes known values, and whatever looks like a key, cookie or password.

    It holds the secrets itself, so its repr does not show them.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _written_forms(secret)}
        # The longest first, or the tail of a secret that contains another would stay.
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(_at_any_depth, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        text = self._known.sub(REMOVED, text)
        text = ANTHROPIC_KEY.sub(REMOVED, text)
        text = URL_PASSWORD.sub(REMOVED, text)
        return NAMED.sub(rf"\g<name>{REMOVED}", text)


def _written_forms(secret: str) -> set[str]:
    """The secret as it stands in plain text, in JSON and in a URL."""
    if len(secret) < SHORTEST_SECRET:
        return set()
    return {secret, json.dumps(secret)[1:-1], quote(secret, safe="")}


def _at_any_depth(form: str) -> str:
    """A pattern for the text in a repr, or in the repr of a repr: only backslashes come in."""
    escaped = {"\\": r"\\+", "'": r"\\*'", '"': r'\\*"'}
    return "".join(escaped.get(letter) or re.escape(letter) for letter in form)
