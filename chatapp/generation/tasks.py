"""Housekeeping behind an answer. When it fails, the answer does not."""

import logging
import uuid

from django.conf import settings
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chatapp.claude import ClaudeError, Request
from chatapp.claude import Message as Answer
from chatapp.conversations.actions import first_words, rename
from chatapp.conversations.models import Conversation, Message
from chatapp.live.threads import in_database
from chatapp.usage import door
from chatapp.usage.ledger import Asking
from chatapp.usage.models import Call
from chatapp.usage.offers import catalogued

logger = logging.getLogger(__name__)

ASK_FOR_TITLE = (
    "Give this conversation a title of three to six words in its own language. "
    "Answer with the title alone, without quotation marks.\n\n"
    "Question:\n{question}\n\nAnswer:\n{answer}"
)
EXCERPT = 1_000  # characters of question and answer that a title is made from


@app.task(
    name="generation.make_title",
    queue="housekeeping",
    retry=RetryStrategy(max_attempts=3, exponential_wait=4, retry_exceptions=[ClaudeError]),
)
async def make_title(conversation_id: str) -> None:
    """Have a cheap model title the conversation, unless the owner did."""
    asked = await in_database(_question_of, uuid.UUID(conversation_id))
    if asked is None:
        return
    owner, question, answer = asked
    chosen = catalogued(settings.TITLE_MODEL)
    request = Request(
        model=settings.TITLE_MODEL,
        max_tokens=200,
        messages=[
            {
                "role": "user",
                "content": ASK_FOR_TITLE.format(
                    question=question[:EXCERPT], answer=answer[:EXCERPT]
                ),
            }
        ],
        thinking={"type": chosen.thinking_off} if chosen.thinking_off else None,
    )
    asking = Asking(Call.Purpose.TITLE, request, owner, uuid.UUID(conversation_id))
    title = _title_in(await door.create(asking))
    if title:
        await in_database(_entitle, uuid.UUID(conversation_id), first_words(question), title)


def _question_of(conversation_id: uuid.UUID) -> tuple[int, str, str] | None:
    """Owner, first question and answer, if the title is still the one made from the question."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    begun = Message.objects.filter(conversation=conversation_id, parent=None)
    question = begun.order_by("created_at").first()
    if conversation is None or question is None or conversation.title != first_words(question.text):
        return None
    answer = question.children.order_by("created_at").last()
    return conversation.owner_id, question.text, answer.text if answer else ""


def _title_in(answer: Answer) -> str:
    text = "".join(block["text"] for block in answer.content if block["type"] == "text")
    lines = text.strip().splitlines()
    return lines[0].strip().strip("\"'#*“”").strip()[:200] if lines else ""


@transaction.atomic
def _entitle(conversation_id: uuid.UUID, made_from: str, title: str) -> None:
    # Locked: the owner may be giving it a name of their own right now.
    waiting = Conversation.objects.select_for_update().filter(pk=conversation_id)
    conversation = waiting.filter(title=made_from).first()
    if conversation is not None:
        rename(conversation, title)
