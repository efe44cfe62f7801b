"""Conversations of any length without a run, and a summarizer that copies out lines."""

import re
import uuid
from typing import Any

from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.claude import Message as Reply
from chatapp.claude import Request
from chatapp.context.directions import directions
from chatapp.context.models import Summary
from chatapp.context.plan import Plan, plan
from chatapp.context.work import Occasion, Work, keep, next_work
from chatapp.conversations.models import Conversation, Message
from chatapp.prompts.models import Prompt, Version

Block = dict[str, Any]
MODEL = "claude-sonnet-5-5"
IMAGE: Block = {
    "type": "image",
    "title": "cat.png",
    "source": {"type": "base64", "media_type": "image/gif", "data": "R0lGODlhEAAQAAAA"},
}


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def a_tree(owner: User, system_prompt: str = "Be kind.", model: str = MODEL) -> Conversation:
    """A conversation without a message."""
    prompt = Prompt.objects.create(name=f"Tree {uuid.uuid4()}")
    version = Version.objects.create(prompt=prompt, number=1, body=system_prompt)
    return Conversation.objects.create(owner=owner, model=model, prompt=prompt, version=version)


def added(conversation: Conversation, role: str, *blocks: Block, **fields: Any) -> Message:
    """A message below the leaf, which becomes the leaf."""
    message = unsaved(conversation, conversation.current_leaf_id, role, *blocks, **fields)
    message.save(force_insert=True)
    put_leaf(conversation, message.pk)
    return message


def unsaved(
    conversation: Conversation,
    parent: uuid.UUID | None,
    role: str,
    *blocks: Block,
    **fields: Any,
) -> Message:
    words = "".join(block.get("text", "") for block in blocks)
    return Message(
        conversation=conversation,
        parent_id=parent,
        role=role,
        content=list(blocks),
        text=words,
        **{"created_at": timezone.now(), **fields},
    )


def put_leaf(conversation: Conversation, leaf: uuid.UUID | None) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(current_leaf=leaf)
    conversation.current_leaf_id = leaf


def with_turns(conversation: Conversation, count: int, size: int = 300) -> list[Message]:
    """So many turns more; question and answer have `size` characters together."""
    made: list[Message] = []
    parent = conversation.current_leaf_id
    for number in range(count):
        for role, length in (("user", size // 5), ("assistant", size - size // 5)):
            words = f"{role} {number} ".ljust(length, "x")
            made.append(unsaved(conversation, parent, role, text(words)))
            parent = made[-1].pk
    Message.objects.bulk_create(made)
    put_leaf(conversation, parent)
    return made


def asked(conversation: Conversation, *blocks: Block) -> Message:
    """A question and the empty answer to it, which is given."""
    added(conversation, "user", *(blocks or (text("And now?"),)))
    return added(conversation, "assistant", status="pending")


def planned(conversation: Conversation, *blocks: Block) -> Plan:
    """The plan for the answer to one more question, which then is there."""
    return plan(directions(conversation), asked(conversation, *blocks))


def reply(words: str, stop_reason: str = "end_turn", **fields: Any) -> Reply:
    return Reply(content=[text(words)], stop_reason=stop_reason, **fields)


def extracted(request: Request) -> Reply:
    """What a summarizer without a model writes: the beginning of each line that says much."""
    lines = re.findall(r"^(?:- )?\S.{8,}$", request.messages[0]["content"][0]["text"], re.MULTILINE)
    short = [line.removeprefix("- ")[:24] for line in lines if not line.startswith("<")]
    room = request.max_tokens // 10
    return reply("\n".join(f"- {line}" for line in short[:room]) or "- nothing")


def compacted(conversation: Conversation, occasion: Occasion = "full") -> list[Summary]:
    """Work off everything there is to do, as the job does; give the rows that were made."""
    made: list[Summary] = []
    while work := next_work(conversation.pk, occasion):
        made.append(kept(work))
    return made


def kept(work: Work) -> Summary:
    row = keep(work, extracted(work.request))
    assert row is not None
    return row


def texts(made: Plan) -> list[str]:
    """All text blocks that are sent, in order."""
    return [
        block["text"]
        for message in made.request.messages
        for block in message["content"]
        if block["type"] == "text"
    ]
