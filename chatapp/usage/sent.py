"""What Claude saw: a request as it stands on record, and what changed since the one before."""

import json
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy

from chatapp.usage.models import SentRequest

HIDDEN = gettext_lazy("(not shown: what this assistant is told)")


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
    hides_system: bool = False  # from who may not read what Claude is told

    @cached_property
    def pretty(self) -> str:
        """The body as JSON that a person can read; the digest is of the bytes that were sent."""
        body = json.loads(self.sent.body)
        if self.hides_system and "system" in body:
            body["system"] = self._told(body["system"])
        return json.dumps(body, ensure_ascii=False, indent=2)

    def _told(self, system: Any) -> Any:
        """Without the prompt; what the person asked for themselves stands behind it."""
        if isinstance(system, str):
            return str(HIDDEN)
        own = {
            part["block"]
            for part in self.sent.parts
            if part["at"] < 0 and part["kind"] in ("instructions", "folder")
        }
        return [block if at in own else str(HIDDEN) for at, block in enumerate(system)]

    @cached_property
    def changes(self) -> list[Line]:
        """Lines of a unified diff against the request before; empty without one."""
        if self.before is None:
            return []
        old = Record(self.before, None, self.hides_system).pretty.splitlines()
        lines = unified_diff(old, self.pretty.splitlines(), n=2, lineterm="")
        return [Line(line) for line in list(lines)[2:]]
