"""Replays overnight: handed in as message batches, looked at each minute, collected.

Before a batch is handed in its row is there, and with it who belongs to it. A process
that dies in between leaves a row without an id: nobody knows whether the API got that
batch, so its results are handed in again. Only what is collected counts.
"""

import logging
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from chatapp.claude import BatchResult, ClaudeError, Request
from chatapp.errors import ChatappError
from chatapp.live.threads import in_database
from chatapp.usage import door, ledger
from chatapp.usage.ledger import LOST, Outcome
from chatapp.usage.models import Call
from chatapp.workbench.asking import asking_for, judged
from chatapp.workbench.models import Batch, Replay, Result
from chatapp.workbench.replays import Told, finish, keep

logger = logging.getLogger(__name__)

SIZE = 200  # results of one batch: what is held in memory to hand it in
GONE = {
    "expired": gettext_noop(
        "The batch was not answered within a day. Replay what failed once more."
    ),
    "canceled": gettext_noop("The replay was stopped before this was asked."),
}


async def step(replay_id: uuid.UUID) -> None:
    """Do what can be done now: hand in, look, collect."""
    await in_database(_take_back_unknown, replay_id)
    while await _hand_in(replay_id):
        pass
    replay, batches = await in_database(_open_batches, replay_id)
    for batch in batches:
        try:
            await _look_after(batch, is_canceled=bool(replay.canceled_at))
        except ClaudeError as error:
            logger.warning("Batch %s has to wait: %s", batch.batch_id, error.type)
    await in_database(finish, replay_id)


def _open_batches(replay_id: uuid.UUID) -> tuple[Replay, list[Batch]]:
    replay = Replay.objects.get(pk=replay_id)
    return replay, list(replay.batches.filter(ended_at=None).exclude(batch_id="").order_by("pk"))


@transaction.atomic
def _take_back_unknown(replay_id: uuid.UUID) -> None:
    """Results that were to be handed in when their process died are pending again."""
    unknown = Batch.objects.filter(replay=replay_id, batch_id="")
    left = Result.objects.filter(batch__in=unknown, state=Result.State.RUNNING)
    calls = left.filter(call__isnull=False).values_list("call", flat=True)
    # They may have been asked for: an estimate is what can be said of the cost.
    ledger.settle([Outcome(call, error_type=LOST) for call in calls])
    left.update(state=Result.State.PENDING, call=None)
    unknown.delete()


async def _hand_in(replay_id: uuid.UUID) -> bool:
    """Hand in the next batch; False if there is nothing left to hand in."""
    batch, requests, refused = await in_database(_next_batch, replay_id)
    for result, sentence in refused:
        await in_database(keep, result, Told(error=sentence))
    if batch is None or not requests:
        return bool(refused)
    # From here until the id is kept is the gap of which the module tells.
    try:
        made = await door.batches().create(requests)
    except ClaudeError as error:
        await in_database(_refuse, batch, error)
        return False
    await in_database(_name, batch, made.id)
    return True


@transaction.atomic
def _next_batch(
    replay_id: uuid.UUID,
) -> tuple[Batch | None, dict[str, Request], list[tuple[Result, str]]]:
    replay = Replay.objects.get(pk=replay_id)
    if replay.canceled_at:
        now = timezone.now()
        pending = replay.results.filter(state=Result.State.PENDING)
        pending.update(state=Result.State.CANCELED, finished_at=now)
        return None, {}, []
    rows = replay.results.filter(state=Result.State.PENDING).select_related(
        "case", "replay__version", "replay__by"
    )
    chosen = list(rows.order_by("pk")[:SIZE])
    if not chosen:
        return None, {}, []
    batch = Batch.objects.create(replay=replay)
    requests, refused = {}, []
    for result in chosen:
        try:
            requests[result.pk.hex] = _opened(result, batch)
        except ChatappError as error:
            refused.append((result, error.sentence))
    if not requests:
        batch.delete()
    return batch, requests, refused


def _opened(result: Result, batch: Batch) -> Request:
    """The request of a result, whose call is open then. Raises TooLarge and OverBudget."""
    asking = asking_for(result, is_batch=True)
    result.call = ledger.open_call(asking)
    result.batch, result.state = batch, Result.State.RUNNING
    result.save(update_fields=["call", "batch", "state"])
    return asking.request


def _name(batch: Batch, batch_id: str) -> None:
    Batch.objects.filter(pk=batch.pk).update(batch_id=batch_id)


@transaction.atomic
def _refuse(batch: Batch, error: ClaudeError) -> None:
    """The API took none of them: a later try may do better, unless it says otherwise."""
    rows = list(Result.objects.filter(batch=batch).select_related("case", "replay"))
    kind = error.type or "error"
    ledger.settle([Outcome(row.call_id, error_type=kind) for row in rows if row.call_id])
    if error.retryable:
        Result.objects.filter(batch=batch).update(state=Result.State.PENDING, call=None)
    else:
        for row in rows:
            keep(row, Told(error=error.sentence))
    batch.delete()


async def _look_after(batch: Batch, *, is_canceled: bool) -> None:
    found = await door.batches().get(batch.batch_id)
    if is_canceled and not found.ended and found.cancel_initiated_at is None:
        found = await door.batches().cancel(batch.batch_id)
    if not found.ended:
        return
    async with door.batches().results(found) as lines:
        async for line in lines:
            await _collect(batch, line)
    await in_database(_end, batch)


async def _collect(batch: Batch, line: BatchResult) -> None:
    """Keep one result; one that was kept before stays as it is."""
    # Results may be read twice, and come from whoever answers under that address.
    result = await in_database(_waiting, batch, line.custom_id)
    if result is None or result.call_id is None:
        return
    await in_database(ledger.settle, [_outcome(result.call_id, line)])
    if line.message:
        told = await judged(result, line.message, result.call_id)
    else:
        sentence = line.error.sentence if line.error else GONE.get(line.outcome, line.outcome)
        told = Told(error=sentence, calls=[result.call_id])
    await in_database(keep, result, told)


def _waiting(batch: Batch, custom_id: str) -> Result | None:
    try:
        pk = uuid.UUID(custom_id)
    except ValueError:
        return None
    rows = Result.objects.select_related("case", "replay", "replay__by")
    return rows.filter(pk=pk, batch=batch, state=Result.State.RUNNING).first()


def _outcome(call: uuid.UUID, line: BatchResult) -> Outcome:
    if line.message is None:
        kind = (line.error.type if line.error else "") or line.outcome
        return Outcome(call, error_type=kind)
    message = line.message
    return Outcome(call, usage=message.usage, stop_reason=message.stop_reason or "")


@transaction.atomic
def _end(batch: Batch) -> None:
    """The batch is read to its end: what had no line in it has failed."""
    Batch.objects.filter(pk=batch.pk).update(ended_at=timezone.now())
    rows = Result.objects.select_related("case", "replay")
    missing = list(rows.filter(batch=batch, state=Result.State.RUNNING))
    for result in missing:
        keep(result, Told(error=gettext_noop("The batch has no result for this case.")))
    calls = Call.objects.is_open().filter(pk__in=[r.call_id for r in missing if r.call_id])
    ledger.settle([Outcome(call.pk, error_type=LOST) for call in calls])
