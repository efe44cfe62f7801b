"""The conversation inside a request, as plain turns."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    role: str
    text: str


def text_of(content: Any) -> str:
    """The words of a content field: a string, or the text blocks of a list."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = []
    for block in content:
        if isinstance(block, dict) and block.get("type") == "text":
            parts.append(str(block.get("text", "")))
        elif isinstance(block, dict) and block.get("type") == "tool_result":
            parts.append(text_of(block.get("content")))
    return "\n".join(part for part in parts if part)


def turns_of(body: dict[str, Any]) -> list[Turn]:
    """All turns; neighbours of one role are one turn, as the API has it."""
    turns: list[Turn] = []
    for message in body.get("messages") or []:
        role, text = str(message.get("role")), text_of(message.get("content"))
        if turns and turns[-1].role == role:
            turns[-1] = Turn(role, "\n".join(t for t in (turns[-1].text, text) if t))
        else:
            turns.append(Turn(role, text))
    return turns


def newest_user_text(body: dict[str, Any]) -> str:
    """The words of the last user message alone, without earlier ones merged into it.

    A question whose answer came to nothing stands in one turn with the next, as
    blocks of their own. What tools said is nobody's question.
    """
    for message in reversed(body.get("messages") or []):
        if message.get("role") == "user" and not _is_of_tools(message.get("content")):
            content = message.get("content")
            texts = [text_of([block]) for block in content] if isinstance(content, list) else []
            return next(filter(None, reversed(texts)), text_of(content))
    return ""


def _is_of_tools(content: Any) -> bool:
    if not isinstance(content, list) or not content:
        return False
    return all(isinstance(b, dict) and b.get("type") == "tool_result" for b in content)
