"""What Claude saw: a request as it stands on record, and what changed since the one before."""

import json
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property

from chatapp.usage.models import SentRequest


@dataclass(frozen=True)
class Line:
    text: str

    @property
    def kind(self) -> str:
        return {"+": "added", "-": "removed", "@": "place"}.get(self.text[:1], "same")


@dataclass(frozen=True)
class Record:
    sent: SentRequest
    before: SentRequest | None  # the request of the turn before, if it is on record

    @cached_property
    def pretty(self) -> str:
        """The body as JSON that a person can read; the digest is of the bytes that were sent."""
        return json.dumps(json.loads(self.sent.body), ensure_ascii=False, indent=2)

    @cached_property
    def changes(self) -> list[Line]:
        """Lines of a unified diff against the request before; empty without one."""
        if self.before is None:
            return []
        old = Record(self.before, None).pretty.splitlines()
        lines = unified_diff(old, self.pretty.splitlines(), n=2, lineterm="")
        return [Line(line) for line in list(lines)[2:]]
