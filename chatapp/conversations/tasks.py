"""Housekeeping of the search; exports and imports. That of files: `files/tasks.py`."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chatapp.conversations import matching, transfers
from chatapp.conversations.exporting.work import make_chosen, make_everything, make_pdf
from chatapp.conversations.importing.work import take_in
from chatapp.conversations.models import Transfer
from chatapp.live.threads import in_database

WORK: Final[Mapping[str, Callable[[Transfer], transfers.Steps]]] = {
    "pdf": make_pdf,
    "chosen": make_chosen,
    "everything": make_everything,
    "import": take_in,
}


@app.periodic(cron="* * * * *")
@app.task(name="conversations.tidy_search", queue="housekeeping", queueing_lock="tidy_search")
async def tidy_search(timestamp: int) -> None:
    """Sort what came into the index since, before somebody's answer would have to."""
    await in_database(matching.tidy)


@app.periodic(cron="* * * * *")
@app.task(name="conversations.go_on", queue="housekeeping", queueing_lock="conversations.go_on")
async def go_on(timestamp: int) -> None:
    """Go on with exports and imports whose process died."""
    for key in await in_database(transfers.unheld):
        await in_database(work_off_later, key)


@app.periodic(cron="29 * * * *")
@app.task(name="conversations.sweep", queue="housekeeping", queueing_lock="conversations.sweep")
async def sweep(timestamp: int) -> None:
    """Remove exports and reports that have expired, and files that nobody has."""
    while await in_database(transfers.sweep):
        pass


def work_off_later(transfer_id: uuid.UUID) -> None:
    """Have a process work on a transfer; asked twice it is done once."""
    job = work_off.configure(queueing_lock=f"transfer {transfer_id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(transfer_id=str(transfer_id))


@app.task(name="conversations.work_off", queue="transfers")
async def work_off(transfer_id: str) -> None:
    """Work on a transfer, bit by bit, until it ends or is cancelled."""
    transfer = await in_database(transfers.take, uuid.UUID(transfer_id))
    if transfer is None:
        return
    # One bit may take minutes, and must not look like a process that died.
    keeper = asyncio.create_task(_keep_hold(transfer), name=f"hold of {transfer}")
    steps = WORK[transfer.kind](transfer)
    try:
        while await in_database(transfers.go_on, transfer, steps):
            pass
    finally:
        keeper.cancel()
        await asyncio.shield(in_database(_leave, transfer, steps))


def _leave(transfer: Transfer, steps: transfers.Steps) -> None:
    """Close what the work has open, and let another process take it where it has not ended."""
    steps.close()
    transfers.release(transfer)


async def _keep_hold(transfer: Transfer) -> None:
    while True:
        await asyncio.sleep(transfers.HOLD.total_seconds() / 4)
        await in_database(transfers.hold, transfer)
