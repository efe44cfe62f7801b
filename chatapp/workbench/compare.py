"""Two versions side by side: their texts, and everything else that they settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chatapp.prompts.models import Version
from chatapp.workbench.diffs import Row, rows

SETTINGS = ("model", "max_tokens", "effort", "stop_sequences", "variables", "marks", "tools", "web")


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
        (name.replace("_", " "), _told(getattr(before, name)), _told(getattr(after, name)))
        for name in SETTINGS
    ]
    # Only what differs: a table of equal settings would hide the one that does not.
    changed = [(name, a, b) for name, a, b in told if a != b]
    return Comparison(before, after, rows(before.body, after.body), changed)


def _told(value: Any) -> str:
    """A setting as people read it; a dash for one that is not set."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {of_it}" for name, of_it in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(f"“{item}”" for item in value) or "–"
    return str(value) if value else "–"
