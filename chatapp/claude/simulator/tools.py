"""Tools: what a request may say of them, and which ones the simulator calls.

A round that calls says only that it looks; the faults and texts that were asked for
belong to the round after, which answers.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chatapp.claude.simulator import web
from chatapp.claude.simulator.directives import Directives, read
from chatapp.claude.simulator.transcript import newest_user_text, text_of

LOOKING = "Let me see."
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_CHOICES = ("auto", "any", "tool", "none")


def fault_of(body: dict[str, Any]) -> str | None:
    """What is wrong with tools, calls and results; the first finding, or None."""
    messages = body["messages"]
    faults = (_definitions(body), _choice(body), _pairs(messages), web.faults_in(messages))
    return next((fault for found in faults for fault in found), None)


def _definitions(body: dict[str, Any]) -> Iterator[str]:
    tools = body.get("tools") or ()
    for number, tool in enumerate(tools):
        if tool.get("type") not in (None, "custom"):
            yield from web.faults_of(number, tool)
            continue
        if not _NAME.fullmatch(str(tool.get("name", ""))):
            yield f"tools.{number}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
        if (tool.get("input_schema") or {}).get("type") != "object":
            yield f"tools.{number}.input_schema.type: Input should be 'object'"
    names = Counter(tool.get("name") for tool in tools)
    if any(count > 1 for count in names.values()):
        yield "tools: Tool names must be unique."


def _choice(body: dict[str, Any]) -> Iterator[str]:
    choice = body.get("tool_choice")
    if choice is None:
        return
    if not isinstance(choice, dict) or choice.get("type") not in _CHOICES:
        yield "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'"
    if not body.get("tools"):
        yield "tool_choice: may only be specified while providing tools"


def _pairs(messages: list[dict[str, Any]]) -> Iterator[str]:
    asked: list[str] = []
    for index, message in enumerate(messages):
        given = _ids(message, "tool_result", "tool_use_id")
        if message["role"] == "user" and (missing := set(asked) - set(given)):
            yield (
                f"messages.{index}: `tool_use` ids were found without `tool_result` blocks "
                f"immediately after: {', '.join(sorted(missing))}"
            )
        if set(given) - set(asked):
            yield f"messages.{index}: unexpected `tool_use_id` in `tool_result`"
        if len(given) != len(set(given)):
            yield f"messages.{index}: each `tool_use` must have a single result"
        if given and any(b["type"] != "tool_result" for b in message["content"][: len(given)]):
            yield f"messages.{index}: `tool_result` blocks must stand before other content"
        asked = _ids(message, "tool_use", "id") if message["role"] == "assistant" else []
        if len(asked) != len(set(asked)):
            yield f"messages.{index}: `tool_use` ids must be unique"


def _ids(message: dict[str, Any], kind: str, name: str) -> list[str]:
    content = message["content"] if isinstance(message["content"], list) else []
    return [str(block.get(name)) for block in content if block["type"] == kind]


def results_in(body: dict[str, Any]) -> list[str]:
    """What tools said in the last turn; empty where somebody spoke."""
    content = body["messages"][-1].get("content")
    blocks = content if isinstance(content, list) else []
    if any(block["type"] == "text" for block in blocks):
        return []
    return [text_of([block]) for block in blocks if block["type"] == "tool_result"]


def asked_by(body: dict[str, Any], script: str) -> Directives:
    """The directives that hold for this request. Raises `BadDirective`."""
    return _of_this_round(body, read(newest_user_text(body), read(script)))


def _of_this_round(body: dict[str, Any], asked: Directives) -> Directives:
    """Calls first, what else was asked for in the round after them."""
    offered = _offered(body)
    asked = replace(asked, searches=[one for one in asked.searches if one[0] in offered])
    may = (body.get("tool_choice") or {}).get("type") != "none"
    due = [*(() if results_in(body) else asked.tools), *asked.tools_again]
    calls = [(name, given) for name, given in due if may and name in offered]
    if not calls:
        return replace(asked, tools=[])
    return Directives(
        text=LOOKING,
        tools=calls,
        thinking=asked.thinking,
        thinking_off=asked.thinking_off,
        speed=asked.speed,
        delta=asked.delta,
        first=asked.first,
        batch_delay=asked.batch_delay,
    )


def _offered(body: dict[str, Any]) -> set[Any]:
    return {tool.get("name") for tool in body.get("tools") or ()}
