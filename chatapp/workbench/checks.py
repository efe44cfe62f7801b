"""What a good answer must do, and whether one does it.

A check is {"kind", "value"}. People write them a line each, `kind: value`. All but the
graded ones are decided here; `graded` is for a model (`judge.py`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from chatapp.errors import Unusable

Check = Mapping[str, str]
MEANINGS = {
    "contains": gettext_lazy("the answer contains these words"),
    "lacks": gettext_lazy("the answer does not contain these words"),
    "matches": gettext_lazy("the answer matches this regular expression somewhere"),
    "json": gettext_lazy("the answer is JSON that this JSON schema allows ({} allows any)"),
    "tokens": gettext_lazy("the answer has at most so many tokens"),
    "graded": gettext_lazy("a model judges the answer by this criterion"),
}
# Kept with results as they stand here; a page shows them in the language of who looks.
THERE, NOT_THERE = gettext_noop("It is there."), gettext_noop("It is not there.")
NO_MATCH, TOO_LONG = gettext_noop("Nothing matches."), gettext_noop("The pattern took too long.")
VALID = gettext_noop("It is valid.")
MOST = 20  # checks of one case
PATTERN_SECONDS = 1.0  # after which a pattern counts as not matching


@dataclass(frozen=True)
class Given:
    """An answer that is to be checked. `tokens` are those of its output."""

    text: str
    tokens: int


def parsed(lines: Iterable[str]) -> list[dict[str, str]]:
    """The checks of such lines. Raises Unusable, with the line that is wrong."""
    found = [_parsed(line) for line in lines if line.strip()]
    if len(found) > MOST:
        raise Unusable(gettext("A case has at most %(most)s checks.") % {"most": MOST})
    return found


def lines_of(checks: Sequence[Check]) -> list[str]:
    return [f"{check['kind']}: {check['value']}" for check in checks]


def _parsed(line: str) -> dict[str, str]:
    kind, sign, value = (part.strip() for part in line.partition(":"))
    if not sign or kind not in MEANINGS or not value:
        raise Unusable(
            gettext("“%(line)s” is no check. They begin with %(kinds)s.")
            % {"line": line.strip(), "kinds": ", ".join(MEANINGS)}
        )
    if kind == "tokens" and not (value.isdecimal() and int(value) > 0):
        raise Unusable(gettext("“%(value)s” is no number of tokens.") % {"value": value})
    if kind == "matches":
        _compiled(value)
    if kind == "json":
        _validator(value)
    return {"kind": kind, "value": value}


def verdict(check: Check, given: Given) -> dict[str, Any]:
    """The check with `passed` and a `reason`. Not for graded checks."""
    passed, reason = _DECIDE[check["kind"]](check["value"], given)
    return {**check, "passed": passed, "reason": reason}


def _contains(value: str, given: Given) -> tuple[bool, str]:
    is_there = value.casefold() in given.text.casefold()
    return is_there, THERE if is_there else NOT_THERE


def _lacks(value: str, given: Given) -> tuple[bool, str]:
    is_there, reason = _contains(value, given)
    return not is_there, reason


def _matches(value: str, given: Given) -> tuple[bool, str]:
    try:
        found = _compiled(value).search(given.text, timeout=PATTERN_SECONDS)
    except TimeoutError:
        return False, TOO_LONG
    return bool(found), f"Found “{found[0][:80]}”." if found else NO_MATCH


def _json(value: str, given: Given) -> tuple[bool, str]:
    text = given.text.strip()
    # Claude likes to fence what it was asked for; that is the same answer.
    if text.startswith("```") and text.endswith("```"):
        text = text.partition("\n")[2].removesuffix("```")
    try:
        _validator(value).validate(json.loads(text))
    except ValidationError as error:
        return False, f"{error.json_path}: {error.message}"[:500]
    except (ValueError, RecursionError) as error:
        return False, f"It is not JSON: {error}"[:500]
    except Unresolvable as error:
        return False, f"The schema refers to what is not in it: {error}"[:500]
    return True, VALID


def _tokens(value: str, given: Given) -> tuple[bool, str]:
    return given.tokens <= int(value), f"It has {given.tokens:,}."


_DECIDE = {
    "contains": _contains,
    "lacks": _lacks,
    "matches": _matches,
    "json": _json,
    "tokens": _tokens,
}


def _compiled(pattern: str) -> "regex.Pattern[str]":
    try:
        return regex.compile(pattern, regex.MULTILINE)
    except regex.error as error:
        raise Unusable(
            gettext("“%(text)s” is no regular expression: %(error)s.")
            % {"text": pattern, "error": error}
        ) from None


def _validator(schema: str) -> Draft202012Validator:
    try:
        found = json.loads(schema)
        Draft202012Validator.check_schema(found)
    except (ValueError, RecursionError, SchemaError) as error:
        told = gettext("“%(text)s” is no JSON schema: %(error)s")
        raise Unusable((told % {"text": schema[:80], "error": error})[:300]) from None
    # An empty registry: a schema must not make us fetch addresses.
    return Draft202012Validator(found, registry=Registry())
