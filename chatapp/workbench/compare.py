"""Two versions side by side: their texts, and everything else that they settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chatapp.prompts.models import Version
from chatapp.workbench.diffs import Row, rows

SETTINGS = {
    "model": _("model"),
    "max_tokens": _("max tokens"),
    "effort": _("effort"),
    "stop_sequences": _("stop sequences"),
    "variables": _("variables"),
    "marks": _("marks"),
    "tools": _("tools"),
    "web": _("web"),
}


@dataclass(frozen=True)
class Comparison:
    before: Version
    after: Version
    rows: Sequence[Row]
    settings: Sequence[tuple[str, str, str]]  # name, before, after

    @property
    def is_same(self) -> bool:
        return not self.rows and not self.settings


def compare(before: Version, after: Version) -> Comparison:
    told = [
        (str(called), _told(getattr(before, name)), _told(getattr(after, name)))
        for name, called in SETTINGS.items()
    ]
    # Only what differs: a table of equal settings would hide the one that does not.
    changed = [(name, a, b) for name, a, b in told if a != b]
    return Comparison(before, after, rows(before.body, after.body), changed)


def _told(value: Any) -> str:
    """A setting as people read it; a dash for one that is not set."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {of_it}" for name, of_it in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(gettext("“%(text)s”") % {"text": item} for item in value) or "–"
    return str(value) if value else "–"
