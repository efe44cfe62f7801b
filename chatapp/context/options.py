"""The marks, the model and the prompt that hold for one conversation."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings

from chatapp.context.policy import Marks
from chatapp.conversations.models import Conversation

MARKS = frozenset(field.name for field in fields(Marks))


@dataclass(frozen=True)
class Options:
    marks: Marks
    model: str
    prompt: str  # empty: the app's own


def options(conversation: Conversation) -> Options:
    """The settings, with what they say of this system prompt on top."""
    found: dict[str, Any] = {
        "model": settings.SUMMARY_MODEL,
        "prompt": settings.SUMMARY_PROMPT,
        **settings.CONTEXT_MARKS,
        **settings.CONTEXT_OVERRIDES.get(prompt_digest(conversation), {}),
    }
    marks = Marks(**{name: value for name, value in found.items() if name in MARKS})
    return Options(marks, found["model"], found["prompt"])


def prompt_digest(conversation: Conversation) -> str:
    return hashlib.sha256(conversation.system_prompt.encode()).hexdigest()
