"""Variables of a body: found, checked, and filled in. No template language runs here.

`{{name}}` stands for one of the app's own (`BUILT_IN`) or of the version's. A value
is put in once and never read again for variables, and it can end no fence: what could
close a tag, a quotation or a code block, or begin a line, becomes harmless.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
LOOSE = re.compile(r"\{\{[^{}\n]*\}\}")  # meant as one; nested JSON is not
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
VALUE_MAX = 2_000  # characters of a value that are put in
HARMLESS = str.maketrans(
    {"<": "‹", ">": "›", "`": "’", '"': "”", "{": "(", "}": ")", "[": "(", "]": ")"}
)


@dataclass(frozen=True)
class BuiltIn:
    """One of the app's own variables; `caution` is for whoever writes a prompt."""

    name: str
    meaning: str
    caution: str | Promise = ""


BUILT_IN = (
    BuiltIn("user_name", "the name of the person, or else their e-mail address"),
    BuiltIn(
        "date",
        "the day, in UTC",
        _("It changes once a day: the first answer of a day pays for the whole prompt again."),
    ),
    BuiltIn("locale", "the language of the person's settings, such as en"),
)
# Asked for often, and never given: they would break the cached prefix at every turn.
VOLATILE = ("time", "now", "datetime", "timestamp", "message", "random", "turn")


def names_in(body: str) -> list[str]:
    """The variables of a body, each once, in order."""
    return list(dict.fromkeys(VARIABLE.findall(body)))


def problems(body: str, own: Mapping[str, str]) -> list[str]:
    """What keeps a body from being saved, as sentences."""
    known = {built_in.name for built_in in BUILT_IN} | own.keys()
    found = [_unknown(name) for name in names_in(body) if name not in known]
    if loose := LOOSE.search(VARIABLE.sub("", body)):
        told = gettext("“%(text)s” is not a variable; they look like %(example)s.")
        found.append(told % {"text": loose[0], "example": "{{user_name}}"})
    for name in own:
        if not NAME.fullmatch(name):
            told = gettext("“%(name)s” cannot name a variable: use small letters, digits and _.")
            found.append(told % {"name": name})
        elif name in {built_in.name for built_in in BUILT_IN}:
            told = gettext("%(variable)s is a variable of the app and needs no default.")
            found.append(told % {"variable": f"{{{{{name}}}}}"})
        elif name in VOLATILE:
            found.append(_unknown(name))
    return found


def cautions(body: str) -> list[str]:
    """What a variable costs, where that is worth a word."""
    used = names_in(body)
    return [f"{{{{{b.name}}}}}: {b.caution}" for b in BUILT_IN if b.name in used and b.caution]


def _unknown(name: str) -> str:
    if name in VOLATILE:
        told = gettext(
            "%(variable)s would change at every turn, and with it the part of the request that "
            "is cached: each answer would pay for the whole conversation anew."
        )
    else:
        told = gettext("%(variable)s is not defined.")
    return told % {"variable": f"{{{{{name}}}}}"}


def fill(body: str, values: Mapping[str, str]) -> str:
    """The body with its variables filled in; one without a value leaves nothing."""
    return VARIABLE.sub(lambda found: harmless(values.get(found[1], "")), body)


def harmless(value: str) -> str:
    """A value on one line that closes nothing."""
    return " ".join(value.translate(HARMLESS).split())[:VALUE_MAX]


def values_for(name: str, locale: str, today: date, own: Mapping[str, str]) -> dict[str, str]:
    """The values that hold for a person on a day."""
    return {**own, "user_name": name, "locale": locale, "date": today.isoformat()}
