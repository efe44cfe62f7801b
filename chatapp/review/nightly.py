"""The classifier at night: the day's answers as message batches, at half the price.

Before a batch is handed in its row is there, and with it the calls about its answers. A
process that dies in between leaves a row without an id: nobody knows whether the API got
that batch, so its calls are settled by estimate. What got no verdict is asked again the
next night, as long as it is in reach; so nothing has to be kept of what failed.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from chatapp.claude import BatchResult, ClaudeError, Overloaded, Request
from chatapp.conversations.models import IndexedMessage, Message
from chatapp.live.threads import in_database
from chatapp.review.classifier import asking_about, held, take_verdict
from chatapp.review.models import Awaited, ClassifierBatch, Look, Room
from chatapp.usage import door, ledger
from chatapp.usage.ledger import LOST, Outcome

logger = logging.getLogger(__name__)

SIZE = 500  # answers of one batch: what is held in memory to hand it in
REACH = timedelta(days=3)  # how old an answer may be: two nights may fail
GIVE_UP = timedelta(days=2)  # the API answers a batch, or lets it expire, within one

Place = tuple[datetime, uuid.UUID]  # when an answer was begun, and which


async def hand_in() -> None:
    """Hand in what nobody looked at, batch by batch, while that is wanted. Raises ClaudeError."""
    place = (timezone.now() - REACH, uuid.UUID(int=0))
    while places := await in_database(_next_places, place):
        place = places[-1]
        batch, requests = await in_database(_opened, [message_id for _, message_id in places])
        if not requests:
            continue
        # From here until the id is kept is the gap of which the module tells.
        try:
            made = await door.batches().create(requests)
        except ClaudeError as error:
            await in_database(_end, batch, _kind_of(error))
            raise
        await in_database(_name, batch, made.id)


def _next_places(after: Place) -> Sequence[Place]:
    """The next answers by time; none if the classifier was turned off meanwhile."""
    if Room.now().classifier != Room.Classifier.NIGHTLY:
        return []
    begun, message_id = after
    # The search has the only index of messages by time, and knows the finished ones alone.
    rows = IndexedMessage.objects.filter(
        Q(created_at__gt=begun) | Q(message__gt=message_id),
        ~Exists(Look.objects.filter(message=OuterRef("message_id"))),
        ~Exists(Awaited.objects.filter(message_id=OuterRef("message_id"))),
        created_at__gte=begun,
        message__role=Message.Role.ASSISTANT,
        message__status=Message.Status.DONE,
        message__conversation__is_trial=False,
    )
    places = rows.order_by("created_at", "message_id").values_list("created_at", "message_id")
    return list(places[:SIZE])


def _opened(message_ids: Sequence[uuid.UUID]) -> tuple[ClassifierBatch, dict[str, Request]]:
    """A batch, and its requests by the ids of their calls, which are open then."""
    batch = ClassifierBatch.objects.create()
    opened = [_open(batch, message_id) for message_id in message_ids]
    requests = dict(filter(None, opened))
    if not requests:
        batch.delete()
    return batch, requests


@transaction.atomic
def _open(batch: ClassifierBatch, message_id: uuid.UUID) -> tuple[str, Request] | None:
    """One transaction an answer: nobody who writes in its conversation waits for the others."""
    held(message_id)
    asking = asking_about(message_id, is_batch=True)
    if asking is None or Awaited.objects.filter(message_id=message_id).exists():
        return None
    call = ledger.open_call(asking)
    Awaited.objects.create(call=call, batch=batch, message_id=message_id)
    return call.pk.hex, asking.request


def _name(batch: ClassifierBatch, batch_id: str) -> None:
    ClassifierBatch.objects.filter(pk=batch.pk).update(batch_id=batch_id)


def _kind_of(error: ClaudeError) -> str:
    """Why a call ended; lost where the API may have taken the batch all the same."""
    is_refused = isinstance(error, Overloaded) or 400 <= (error.status or 0) < 500
    return error.type or "error" if is_refused else LOST


async def collect() -> None:
    """Take the verdicts of all batches that have ended."""
    for batch in await in_database(_open_batches):
        if await _is_read(batch):
            await in_database(_end, batch)


def _open_batches() -> list[ClassifierBatch]:
    """Those at the API, after letting go of those that nobody can be handing in any more."""
    longest = timedelta(seconds=2 * settings.RUN_DEADLINE_SECONDS)
    unnamed = ClassifierBatch.objects.filter(batch_id="")
    for batch in unnamed.filter(created_at__lt=timezone.now() - longest):
        _end(batch)
    return list(ClassifierBatch.objects.exclude(batch_id="").order_by("pk"))


async def _is_read(batch: ClassifierBatch) -> bool:
    """Whether all is read that will ever come."""
    try:
        found = await door.batches().get(batch.batch_id)
        if found.ended:
            async with door.batches().results(found) as lines:
                async for line in lines:
                    await in_database(_collect, batch, line)
            return True
    except ClaudeError as error:
        logger.warning("Batch %s of the classifier has to wait: %s", batch.batch_id, error)
    return batch.created_at < timezone.now() - GIVE_UP


@transaction.atomic
def _collect(batch: ClassifierBatch, line: BatchResult) -> None:
    """Take one verdict; one that was taken before changes nothing."""
    # Results may be read twice, and come from whoever answers under that address.
    try:
        awaited = batch.awaited.filter(pk=uuid.UUID(line.custom_id)).first()
    except ValueError:
        return
    if awaited is None:
        return
    if line.message:
        take_verdict(awaited.message_id, line.message)
    ledger.settle([_outcome(awaited.call_id, line)])
    awaited.delete()


def _outcome(call: uuid.UUID, line: BatchResult) -> Outcome:
    if line.message is None:
        kind = (line.error.type if line.error else "") or line.outcome
        return Outcome(call, error_type=kind)
    message = line.message
    return Outcome(call, usage=message.usage, stop_reason=message.stop_reason or "")


@transaction.atomic
def _end(batch: ClassifierBatch, kind: str = LOST) -> None:
    """Let go of a batch, and account for the calls of which it told nothing."""
    calls = batch.awaited.values_list("call", flat=True)
    ledger.settle([Outcome(call, error_type=kind) for call in calls])
    batch.delete()
