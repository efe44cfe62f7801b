"""What an answer is written by: the prompt version, filled in, and what it settles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.utils import timezone

from chatapp.claude import Model
from chatapp.context.personal import Personal, files_for, personal_of
from chatapp.context.policy import Marks
from chatapp.context.thinking import thinking_of
from chatapp.conversations.models import Conversation
from chatapp.prompts.choose import version_for
from chatapp.prompts.models import Version
from chatapp.prompts.servertools import definitions
from chatapp.prompts.tools import registered
from chatapp.prompts.variables import fill, names_in, values_for
from chatapp.usage.offers import catalogued

MARKS = frozenset(field.name for field in fields(Marks))


@dataclass(frozen=True)
class Options:
    """Of the summarizer: its marks, its model, and its prompt (empty: the app's own)."""

    marks: Marks
    model: str
    prompt: str


@dataclass(frozen=True)
class Directions:
    """For one request. `max_tokens` of output; `effort` empty: as the model is used to.

    `tools` are the definitions of those that the version names and that there are, and of
    the server's those that the conversation has turned on. `thinking` is the request's
    field; None: it has none. `personal` stands after `system`, and cannot override it;
    `files` are blocks that stand before the messages.
    """

    version: Version | None
    system: str
    model: Model
    max_tokens: int
    effort: str
    stop_sequences: Sequence[str]
    tools: Sequence[dict[str, Any]]
    options: Options
    thinking: Mapping[str, Any] | None = None
    personal: Sequence[Personal] = ()
    files: Sequence[Mapping[str, Any]] = ()


def current_version(conversation: Conversation) -> Version | None:
    """The version that answers the next message. Raises NotThere if none is published."""
    if conversation.version_id:
        return conversation.version
    if conversation.prompt_id:
        return version_for(conversation.prompt_id, conversation.pk)
    return None


def directions(conversation: Conversation) -> Directions:
    """For the next answer. Raises NotThere if nothing is published."""
    return directions_by(current_version(conversation), conversation)


def directions_by(
    version: Version | None, conversation: Conversation, model_id: str = ""
) -> Directions:
    """For an answer by that version, and by that model if it is said already."""
    chosen = catalogued(model_id or model_of(version, conversation))
    most = (version and version.max_tokens) or settings.ANSWER_MAX_TOKENS
    max_tokens = min(most, chosen.max_output)
    return Directions(
        version=version,
        system=_filled(version, conversation) if version else "",
        model=chosen,
        max_tokens=max_tokens,
        effort=effort_of(version, conversation, chosen),
        stop_sequences=version.stop_sequences if version else (),
        tools=_tools(version, conversation) if version else (),
        options=options(version),
        thinking=thinking_of(chosen, conversation.thinks, max_tokens),
        personal=personal_of(conversation),
        files=files_for(conversation),
    )


def _tools(version: Version, conversation: Conversation) -> list[dict[str, Any]]:
    own = [tool.definition for tool in registered(version.tools)]
    return own + definitions(version.tools, conversation.web, version.web)


def effort_of(version: Version | None, conversation: Conversation, chosen: Model) -> str:
    """The version's, or else what the person chose, as far as the model has it."""
    if version and version.effort:
        return version.effort
    wanted = conversation.effort if conversation.effort in chosen.efforts else ""
    # Above it, models cannot do without thinking (Messages API, thinking).
    is_off = conversation.thinks is False and chosen.thinking_off is not None
    return "high" if is_off and wanted in ("xhigh", "max") else wanted


def model_of(version: Version | None, conversation: Conversation) -> str:
    """The version's own model, or else the one that the person chose."""
    return (version.model if version else "") or conversation.model


def options(version: Version | None) -> Options:
    """The settings, with what the version says on top."""
    found: dict[str, Any] = {
        "model": settings.SUMMARY_MODEL,
        "prompt": settings.SUMMARY_PROMPT,
        **settings.CONTEXT_MARKS,
        **(version.marks if version else {}),
    }
    marks = Marks(**{name: value for name, value in found.items() if name in MARKS})
    return Options(marks, found["model"], found["prompt"])


def _filled(version: Version, conversation: Conversation) -> str:
    # Most bodies have none, and then nobody needs to be looked up.
    if not names_in(version.body):
        return version.body
    owner = conversation.owner
    values = values_for(
        owner.name or owner.email,
        owner.locale or settings.LANGUAGE_CODE,
        timezone.now().date(),
        version.variables,
    )
    return fill(version.body, values)
