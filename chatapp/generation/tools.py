"""Running the tools that Claude calls: each call gets a result, whatever becomes of it.

What a tool is, and how a folder registers its own: `prompts/tools.py`. The loop itself
is the runner's.
"""

import logging
import uuid
from collections.abc import Collection
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from chatapp.claude import Message as Answer
from chatapp.errors import ChatappError, NotThere, Unusable
from chatapp.generation.log import storable
from chatapp.live.threads import AWAY
from chatapp.prompts.tools import TOOLS, Tool, register

__all__ = ["Tool", "register", "results_for"]

logger = logging.getLogger(__name__)

RESULT_MAX = 20_000  # characters of a result that Claude reads
FAULT_MAX = 500  # characters of what is wrong with an input


def results_for(
    said: Answer, offered: Collection[str], conversation_id: uuid.UUID, message_id: uuid.UUID
) -> list[dict[str, Any]]:
    """A `tool_result` for each call in `said`, in order; run one after another.

    Only tools that were `offered` are run. Raises nothing but django.db's errors when
    Postgres is away: then all may be run again.
    """
    return [
        _result(block, at in said.broken_inputs, offered, (conversation_id, message_id))
        for at, block in enumerate(said.content)
        if block.get("type") == "tool_use"
    ]


def _result(
    call: dict[str, Any],
    is_broken: bool,
    offered: Collection[str],
    place: tuple[uuid.UUID, uuid.UUID],
) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "tool_result", "tool_use_id": call["id"]}
    try:
        text = _tool_for(call, is_broken, offered).run(*place, call["input"])
        return found | {"content": storable(text)[:RESULT_MAX]}
    except AWAY:
        raise
    except ChatappError as error:
        return found | {"content": error.sentence, "is_error": True}
    except Exception:  # top of the task loop
        # A tool is another folder's code: what it breaks must not break the answer.
        logger.exception("Tool %s broke", call.get("name"))
        return found | {"content": "The tool failed.", "is_error": True}


def _tool_for(call: dict[str, Any], is_broken: bool, offered: Collection[str]) -> Tool:
    """The tool, if it can be run with that input. Raises NotThere, Unusable."""
    name = call.get("name")
    if name not in offered or name not in TOOLS:
        raise NotThere("There is no tool of this name.")
    if is_broken:
        raise Unusable("The input is not a JSON object.")
    fault = best_match(Draft202012Validator(TOOLS[name].input_schema).iter_errors(call["input"]))
    if fault is not None:
        raise Unusable(f"The input does not fit the schema: {fault.message[:FAULT_MAX]}")
    return TOOLS[name]
