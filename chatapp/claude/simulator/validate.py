"""What the API refuses before it answers.

Each rule gives a `Refusal` or None. The rules are those of version 2026-10-21; under
2023-06-01 older models still take sampling parameters.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chatapp.claude.catalogue import CATALOGUE, Model, model
from chatapp.claude.simulator import files
from chatapp.claude.simulator.tools import fault_of

VERSIONS = ("2026-10-21", "2023-06-01")
_SAMPLING = ("temperature", "top_p", "top_k")
_PREFILL_ALLOWED = ("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")
_LETTERS_OF_A_FILE = 6400  # an image or page, whatever its bytes
_MOST_MESSAGES = 100_000


class Refusal(NamedTuple):
    status: int
    message: str


def bad_headers(headers: Mapping[str, str]) -> Refusal | None:
    """What is wrong with the headers of any request."""
    key = headers.get("x-api-key", "")
    bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not key and not bearer:
        return Refusal(401, "x-api-key header is required")
    if "invalid" in (key or bearer):
        return Refusal(401, "invalid x-api-key")
    if headers.get("anthropic-version") not in VERSIONS:
        return Refusal(400, "anthropic-version: header is required")
    return None


def bad_request(body: Any, version: str, counting: bool = False) -> Refusal | None:
    """What is wrong with the body of a request, the first finding only."""
    if not isinstance(body, dict):
        return Refusal(400, "the request body is not a JSON object")
    found = _find(body.get("model"))
    if isinstance(found, Refusal):
        return found
    rules: list[Callable[[], Refusal | None]] = [
        lambda: None if counting else _max_tokens(body, found),
        lambda: _sampling(body, version, found),
        lambda: _messages(body.get("messages")),
        lambda: _prefill(body["messages"], found),
        lambda: _system_turns(body["messages"], found),
        lambda: _files(body, found),
        lambda: _tools(body),
        lambda: _counted(body) if counting else None,
        lambda: _thinking(body, found),
        lambda: _length(body, found),
    ]
    return next((refusal for rule in rules if (refusal := rule())), None)


def tokens_of(body: dict[str, Any]) -> int:
    """A rough count of input tokens: four characters each."""
    return 8 + sum(_letters(body.get(part)) for part in ("system", "messages", "tools")) // 4


def _letters(value: Any) -> int:
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, list):
        return sum(map(_letters, value))
    if isinstance(value, dict):
        if value.get("type") == "base64":
            return _LETTERS_OF_A_FILE
        return sum(len(name) + 3 + _letters(part) for name, part in value.items())
    return 4


def _find(id: Any) -> Model | Refusal:
    if not isinstance(id, str) or not id:
        return Refusal(400, "model: Field required")
    found = model(id)
    return found if found.known else Refusal(404, f"model: {id}")


def _max_tokens(body: dict[str, Any], found: Model) -> Refusal | None:
    limit = body.get("max_tokens")
    if limit is None:
        return Refusal(400, "max_tokens: Field required")
    if not isinstance(limit, int) or limit < 0:
        return Refusal(400, "max_tokens: Input should be a non-negative integer")
    if limit > found.max_output:
        return Refusal(
            400, f"max_tokens: {limit} > {found.max_output}, which is the maximum for {found.id}"
        )
    return None


def _sampling(body: dict[str, Any], version: str, found: Model) -> Refusal | None:
    given = [name for name in _SAMPLING if name in body]
    if not given:
        return None
    if version == VERSIONS[0]:
        return Refusal(400, f"{given[0]}: not supported in version {version}")
    if found.thinking in ("always", "on"):
        return Refusal(400, f"{given[0]}: not supported by {found.id}")
    return None


def _messages(messages: Any) -> Refusal | None:
    if not isinstance(messages, list) or not messages:
        return Refusal(400, "messages: at least one message is required")
    if len(messages) > _MOST_MESSAGES:
        return Refusal(400, f"messages: at most {_MOST_MESSAGES} messages are allowed")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            return Refusal(400, f"messages.{index}.role: Input should be 'user' or 'assistant'")
        if (refusal := _content(index, message)) is not None:
            return refusal
    if messages[0]["role"] != "user":
        return Refusal(400, "messages: first message must use the user role")
    return None


_ROLES = ("user", "assistant", "system")


def _content(index: int, message: dict[str, Any]) -> Refusal | None:
    content, path = message.get("content"), f"messages.{index}.content"
    if isinstance(content, str):
        return None if content.strip() else Refusal(400, f"{path}: must be non-empty")
    if not isinstance(content, list) or (not content and message["role"] == "user"):
        return Refusal(400, f"{path}: must be a string or a non-empty list")
    for number, block in enumerate(content):
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            return Refusal(400, f"{path}.{number}.type: Field required")
        text = block.get("text")
        if block["type"] == "text" and (not isinstance(text, str) or not text.strip()):
            return Refusal(400, f"{path}.{number}: text content blocks must be non-empty")
        if block["type"] == "text" and block.get("citations") and message["role"] == "user":
            return Refusal(400, f"{path}.{number}.citations: not allowed in a user message")
        if block["type"] == "thinking" and not block.get("signature"):
            return Refusal(400, f"{path}.{number}.thinking.signature: Field required")
    return None


def _prefill(messages: list[dict[str, Any]], found: Model) -> Refusal | None:
    if messages[-1]["role"] != "assistant":
        return None
    if found.id.startswith(_PREFILL_ALLOWED) or _ends_in_server_tool(messages[-1]):
        return None
    return Refusal(
        400,
        "This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
    )


def _ends_in_server_tool(message: dict[str, Any]) -> bool:
    content = message["content"]
    last = content[-1]["type"] if isinstance(content, list) and content else ""
    return last == "server_tool_use" or (last.endswith("_tool_result") and last != "tool_result")


def _system_turns(messages: list[dict[str, Any]], found: Model) -> Refusal | None:
    for index, message in enumerate(messages):
        if message["role"] != "system":
            continue
        after = messages[index + 1]["role"] if index + 1 < len(messages) else "assistant"
        if not found.system_in_messages:
            return Refusal(400, f"messages.{index}: role 'system' is not supported by {found.id}")
        if messages[index - 1]["role"] != "user" or after != "assistant":
            return Refusal(400, f"messages.{index}: role 'system' is not allowed here")
    return None


def _tools(body: dict[str, Any]) -> Refusal | None:
    fault = fault_of(body)
    return Refusal(400, fault) if fault else None


def _counted(body: dict[str, Any]) -> Refusal | None:
    if any("input_schema" not in tool for tool in body.get("tools") or ()):
        return Refusal(400, "tools: server tools are not supported in token counting")
    return None


def _files(body: dict[str, Any], found: Model) -> Refusal | None:
    fault = files.fault_of(body["messages"], found.context_window)
    return Refusal(400, fault) if fault else None


def _thinking(body: dict[str, Any], found: Model) -> Refusal | None:
    thinking = body.get("thinking")
    if thinking is None:
        return None
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in ("adaptive", "enabled", "disabled", "between_tools"):
        return Refusal(400, "thinking.type: unknown")
    if kind == "enabled":
        return _budget(body, thinking, found)
    if kind == "adaptive" and found.thinking == "budget":
        return Refusal(400, f"adaptive thinking is not supported on {found.id}")
    off = found.thinking_off or ("disabled" if found.thinking in ("off", "budget") else None)
    if kind in ("disabled", "between_tools") and kind != off:
        return Refusal(400, f"thinking.type: {kind} is not supported on {found.id}")
    return None


def _budget(body: dict[str, Any], thinking: dict[str, Any], found: Model) -> Refusal | None:
    if found.id not in _BUDGET_TOO and found.thinking != "budget":
        return Refusal(400, f"thinking.type: enabled is not supported on {found.id}")
    budget = thinking.get("budget_tokens")
    if not isinstance(budget, int) or not 1024 <= budget < body.get("max_tokens", 0):
        return Refusal(400, "thinking.budget_tokens: must be at least 1024, below max_tokens")
    return None


_BUDGET_TOO = ("claude-opus-4-6", "claude-sonnet-4-6")


def _length(body: dict[str, Any], found: Model) -> Refusal | None:
    tokens = tokens_of(body)
    if tokens > found.context_window:
        return Refusal(400, f"prompt is too long: {tokens} tokens > {found.context_window} maximum")
    return None


def known_models() -> list[Model]:
    """All models of the catalogue, the newest generation first."""
    return sorted(CATALOGUE.values(), key=lambda found: not found.current)
