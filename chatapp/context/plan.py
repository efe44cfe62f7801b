"""The request for one answer.

The API is stateless: the whole path is sent at every turn. Each request
extends the one before it, so the automatic prompt cache can read it.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.conf import settings

from chatapp.claude import Model, Request, model
from chatapp.conversations.models import Conversation, Message

Turn = dict[str, Any]

# Current models refuse a prefilled assistant turn (a 400 since 4.6), so going
# on with an answer that was cut needs an instruction of its own.
GO_ON = (
    "Your answer above was cut off. Go on exactly where it stops: do not repeat anything, do not "
    "comment on the interruption. If it stops inside a code block, open the block again first."
)


def plan(conversation: Conversation, path: Iterable[Message], answer: Message) -> Request:
    """Everything before `answer`, and what `answer` already holds if it is continued."""
    turns: list[Turn] = []
    for message in path:
        turns += _turns(message, to_be_continued=message.pk == answer.pk)
    chosen = model(conversation.model, settings.MODEL_OVERRIDES)
    return Request(
        model=conversation.model,
        system=conversation.system_prompt or None,
        messages=turns,
        max_tokens=min(settings.ANSWER_MAX_TOKENS, chosen.max_output),
        # Without a word, the newest models think and leave the text of it out.
        thinking={"type": "adaptive", "display": "summarized"} if _thinks(chosen) else None,
        extra={"cache_control": {"type": "ephemeral"}},
    )


def _thinks(chosen: Model) -> bool:
    return chosen.known and chosen.thinking != "budget"


def _turns(message: Message, *, to_be_continued: bool) -> list[Turn]:
    if message.role == Message.Role.USER:
        return [{"role": "user", "content": message.content}]
    if message.stop_reason == "refusal":
        return []  # the API asks to drop what a refusal had begun to say
    turns: list[Turn] = []
    for blocks in _between_seams(message):
        if sendable := [block for block in map(_sendable, blocks) if block]:
            if turns:
                turns.append({"role": "user", "content": [{"type": "text", "text": GO_ON}]})
            turns.append({"role": "assistant", "content": sendable})
    if turns and to_be_continued:
        turns.append({"role": "user", "content": [{"type": "text", "text": GO_ON}]})
    return turns


def _between_seams(message: Message) -> Iterable[list[Turn]]:
    edges = [0, *message.seams, len(message.content)]
    return (message.content[a:b] for a, b in pairwise(edges))


def _sendable(block: Turn) -> Turn | None:
    """A block as it may be sent back, or None.

    Thinking is left out of earlier turns altogether, which the API allows ("all
    of it"): a partial or moved block would be refused. Empty text is refused too.
    """
    if block.get("type") == "text":
        return {"type": "text", "text": block["text"]} if block["text"].strip() else None
    return None
