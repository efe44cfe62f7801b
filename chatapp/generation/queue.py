"""The queue of runs, and the leases of the processes that take from it.

The run's row is itself the entry in the queue: there is no second state to
agree with, and one statement claims for many and keeps the limit per person.
"""

import time
import uuid
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from chatapp.generation import log
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run, Runner

CLAIMING = 0x63686174  # key of the advisory lock under which runs are claimed

DEAD_AFTER = 8.0  # seconds without a sign of life, as seen by whoever looks
LONGEST_GAP = 3.0  # seconds between two looks, beyond which one starts counting anew


@transaction.atomic
def claim(runner: uuid.UUID, at_most: int) -> list[Run]:
    """Take the oldest queued runs, never more than the limit of one person at a time."""
    log.hold_lease(runner)
    with connection.cursor() as cursor:
        # Two claimers that count a person's runs at once would both find room.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
        cursor.execute(
            """
            WITH busy AS (
                SELECT owner_id, count(*) AS runs FROM generation_run
                WHERE finished_at IS NULL AND state <> 'queued' GROUP BY owner_id
            ), waiting AS (
                SELECT run.id, run.created_at, coalesce(busy.runs, 0) + row_number()
                    OVER (PARTITION BY run.owner_id ORDER BY run.created_at) AS place
                FROM generation_run run LEFT JOIN busy USING (owner_id)
                WHERE run.state = 'queued' AND run.finished_at IS NULL
            )
            UPDATE generation_run SET state = 'waiting', runner_id = %s, claimed_at = now()
            WHERE state = 'queued' AND id IN (
                SELECT id FROM waiting WHERE place <= %s ORDER BY created_at LIMIT %s)
            RETURNING id
            """,
            [runner, settings.RUNS_PER_USER, at_most],
        )
        claimed = [row[0] for row in cursor.fetchall()]
    return list(Run.objects.filter(pk__in=claimed).order_by("created_at"))


def stops_wanted(runner: uuid.UUID) -> list[uuid.UUID]:
    """Live runs of that runner that somebody asked to stop."""
    wanted = Run.objects.live().filter(runner=runner, stop_requested_at__isnull=False)
    return list(wanted.values_list("pk", flat=True))


def sign_of_life(runner: uuid.UUID) -> bool:
    """Renew the lease; False if it was taken away."""
    return bool(Runner.objects.filter(pk=runner, retired_at=None).update(seen_at=timezone.now()))


@transaction.atomic
def retire(runner: uuid.UUID) -> int:
    """Take a runner's lease away and give its live runs an end; answer how many.

    A run that somebody asked to stop is stopped; any other is interrupted.
    """
    if not Runner.objects.filter(pk=runner, retired_at=None).update(retired_at=timezone.now()):
        return 0
    endings = []
    for run in Run.objects.live().filter(runner=runner):
        kept = log.recovered(log.read(run.pk, 0))
        stopped = run.stop_requested_at is not None
        endings.append(
            Ending(
                run=run.pk,
                state=Run.State.STOPPED if stopped else Run.State.INTERRUPTED,
                content=kept.content,
                thinking_ms=kept.thinking_ms,
            )
        )
    return len(finish(endings))


class Watch:
    """Notices runners that died.

    A runner is dead when its sign of life did not change during `DEAD_AFTER`
    seconds of our own looking. No clock is compared with another, and time in
    which we could not look (Postgres was away for all) does not count.
    """

    def __init__(self) -> None:
        self.looked = 0.0
        self.signs: dict[uuid.UUID, tuple[datetime, float]] = {}

    def look(self) -> int:
        """Retire the dead; answer how many runs were ended by that."""
        now = time.monotonic()
        if now - self.looked > LONGEST_GAP:
            self.signs = {}
        rows = Runner.objects.filter(retired_at=None).values_list("pk", "seen_at")
        self.signs = {
            pk: self.signs[pk] if self.signs.get(pk, (None,))[0] == seen else (seen, now)
            for pk, seen in rows
        }
        self.looked = now
        dead = [pk for pk, (_, since) in self.signs.items() if now - since >= DEAD_AFTER]
        return sum(retire(pk) for pk in dead)
