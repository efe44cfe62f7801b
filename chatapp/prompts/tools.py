"""Tools that Claude may use: what one is, and which there are.

The folder that owns a tool registers it in its `tools.py`; this floor knows none of them.
A version names those that its answers may use. `generation/tools.py` runs them.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Run = Callable[[uuid.UUID, uuid.UUID, dict[str, Any]], str]


@dataclass(frozen=True)
class Tool:
    """Something of ours that Claude can do in the middle of an answer.

    `name` is Claude's word for it (letters, digits, `_` and `-`), `label` people's;
    `description` and `input_schema` (JSON Schema of an object) are sent with each request.
    `run(conversation_id, message_id, input)` is plain sync code; its text is what Claude
    reads. The message is the answer that is being written, the input fits the schema. A
    ChatappError tells Claude its sentence, and the answer goes on.

    It must be idempotent: the same call may come again when Postgres was away, or when
    an answer that broke off is tried once more.
    """

    name: str
    label: str | Promise
    description: str
    input_schema: Mapping[str, Any]
    run: Run

    @property
    def definition(self) -> dict[str, Any]:
        """The tool as a request names it (Messages API, tools)."""
        schema = dict(self.input_schema)
        return {"name": self.name, "description": self.description, "input_schema": schema}


TOOLS: dict[str, Tool] = {}


def register(tool: Tool) -> None:
    TOOLS[tool.name] = tool


def registered(names: Iterable[str]) -> list[Tool]:
    """Those of the names that there are, in the order in which requests name them."""
    # Always the same: tools stand first in a request, and all that is cached behind them.
    return [TOOLS[name] for name in sorted(set(names)) if name in TOOLS]


def label_of(name: str) -> str:
    """What people read of a tool; its name where it is registered no more."""
    return str(TOOLS[name].label) if name in TOOLS else name
