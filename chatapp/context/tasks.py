"""Making notes, behind the answers. When it fails, no answer does."""

import asyncio
import logging
import time
import uuid

from django.conf import settings
from procrastinate.contrib.django import app

from chatapp.claude import ClaudeError
from chatapp.claude import Message as Answer
from chatapp.context.summarize import BadNotes
from chatapp.context.work import Occasion, Work, keep, next_work, note_failure
from chatapp.errors import ChatappError, NotThere
from chatapp.live.threads import in_database
from chatapp.usage import door
from chatapp.usage.ledger import Asking
from chatapp.usage.models import Call

logger = logging.getLogger(__name__)


@app.task(name="context.compact", queue="housekeeping")
async def compact(conversation_id: str, occasion: Occasion = "full") -> None:
    """Make notes until the tail is short and the rows are few; stop at a failure.

    Never retried: the next answer asks again, and the breaker counts.
    """
    try:
        while work := await in_database(next_work, uuid.UUID(conversation_id), occasion):
            if not await _done(work):
                return
    except NotThere:
        return  # deleted in the meantime, and all its notes with it


async def _done(work: Work) -> bool:
    begun = time.monotonic()
    try:
        async with asyncio.timeout(settings.SUMMARY_SECONDS):
            answer = await _ask(work)
        took = int((time.monotonic() - begun) * 1000)
        return await in_database(keep, work, answer, took) is not None
    except NotThere:
        raise
    except (BadNotes, ClaudeError, ChatappError, TimeoutError) as error:
        why = str(error) if isinstance(error, BadNotes) else type(error).__name__
        logger.warning("No notes for conversation %s: %s", work.conversation_id, why)
        await in_database(note_failure, work, why)
        return False


async def _ask(work: Work) -> Answer:
    asking = Asking(
        Call.Purpose.SUMMARY, work.request, work.owner_id, work.conversation_id, parts=work.parts
    )
    return await door.create(asking)
