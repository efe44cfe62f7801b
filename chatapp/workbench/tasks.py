"""What the admins' room does by itself: rollouts are watched, replays worked off."""

import asyncio
import logging
import uuid
from contextlib import suppress

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chatapp.accounts.manners import manner_of
from chatapp.errors import Conflict
from chatapp.live.threads import in_database
from chatapp.prompts.actions.publishing import end_rollout
from chatapp.prompts.models import Rollout
from chatapp.workbench import batching, replays, trials
from chatapp.workbench.asking import told_of
from chatapp.workbench.models import Replay, Result
from chatapp.workbench.rollouts import Results, results

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="workbench.watch_rollouts", queue="housekeeping", queueing_lock="watch_rollouts")
async def watch_rollouts(timestamp: int) -> None:
    """End the rollouts that passed a threshold."""
    await in_database(fall_back)


def fall_back() -> list[Rollout]:
    """The rollouts that were ended: on record, and told to who started them."""
    fallen = []
    for rollout in Rollout.objects.live().select_related("prompt", "version", "control"):
        found = results(rollout)
        if found.breach:
            try:
                _fall_back(found)
            except Conflict:
                continue  # somebody ended it meanwhile
            fallen.append(rollout)
    return fallen


def _fall_back(found: Results) -> None:
    rollout, why = found.rollout, found.breach
    end_rollout(rollout, None, Rollout.End.FELL_BACK, why)
    logger.warning("Rollout of %s fell back: %s", rollout.version, why)
    if rollout.started_by:
        with manner_of(rollout.started_by, settings.LANGUAGE_CODE).used():
            subject = gettext("%(version)s was taken back") % {"version": rollout.version}
            after = gettext("All conversations are answered by version %(number)s again.")
            text = f"{found.breach}\n{after % {'number': rollout.control.number}}"
        address = rollout.started_by.email
        transaction.on_commit(lambda: send_mail(subject, text, None, [address], fail_silently=True))


@app.periodic(cron="23 4 * * *")
@app.task(name="workbench.delete_old_trials", queue="housekeeping")
async def delete_old_trials(timestamp: int) -> None:
    """Clear the playground of what nobody touched for a month."""
    while await in_database(trials.delete_old_trials):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="workbench.go_on", queue="housekeeping", queueing_lock="workbench.go_on")
async def go_on(timestamp: int) -> None:
    """Look at batches, and take over the replays of processes that died."""
    await in_database(_defer_unheld)


def _defer_unheld() -> None:
    for pk in Replay.objects.unheld().values_list("pk", flat=True):
        work_off_later(pk)


def work_off_later(replay_id: uuid.UUID) -> None:
    """Have a runner work on a replay; asked twice it is done once."""
    job = work_off.configure(queueing_lock=f"replay {replay_id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(replay_id=str(replay_id))


@app.task(name="workbench.work_off", queue="replays")
async def work_off(replay_id: str) -> None:
    """Work on a replay until it ends, or, overnight, until there is nothing to do now."""
    key = uuid.UUID(replay_id)
    if not await in_database(replays.hold, key):
        return
    # A long answer must not look like a process that died.
    keeper = asyncio.create_task(_keep_hold(key), name=f"hold of replay {key}")
    try:
        if await in_database(_is_batch, key):
            await batching.step(key)
        else:
            async with asyncio.TaskGroup() as group:
                for _ in range(settings.REPLAY_CONCURRENCY):
                    group.create_task(_work_through(key))
            await in_database(replays.finish, key)
    finally:
        keeper.cancel()
        await asyncio.shield(in_database(replays.release, key))


def _is_batch(replay_id: uuid.UUID) -> bool:
    return Replay.objects.get(pk=replay_id).mode == Replay.Mode.BATCH


async def _keep_hold(replay_id: uuid.UUID) -> None:
    while True:
        await asyncio.sleep(replays.HOLD.total_seconds() / 4)
        await in_database(replays.hold, replay_id, again=True)


async def _work_through(replay_id: uuid.UUID) -> None:
    """One result after the other: as many at a time as there are of these."""
    while taken := await in_database(replays.take, replay_id):
        try:
            result = await in_database(_read, taken.pk)
            if result is None:
                continue  # erased meanwhile, with its case
            await in_database(replays.keep, result, await told_of(result))
        except asyncio.CancelledError:
            await asyncio.shield(in_database(replays.give_back, taken))
            raise


def _read(result_id: uuid.UUID) -> Result | None:
    rows = Result.objects.select_related("case", "replay__version", "replay__by")
    return rows.filter(pk=result_id).first()
