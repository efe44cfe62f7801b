"""Housekeeping of the ledger."""

from datetime import timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from chatapp.live.threads import in_database
from chatapp.usage import ledger, retention


@app.periodic(cron="*/10 * * * *")
@app.task(name="usage.settle_lost", queue="housekeeping", queueing_lock="usage.settle_lost")
async def settle_lost(timestamp: int) -> None:
    """Account for calls that outlived every process that could have settled them."""
    longest = timedelta(seconds=2 * settings.RUN_DEADLINE_SECONDS)
    await in_database(ledger.settle_lost, longest)


@app.periodic(cron="41 3 * * *")
@app.task(name="usage.forget", queue="housekeeping", queueing_lock="usage.forget")
async def forget(timestamp: int) -> None:
    """Delete what the installation does not want to keep any longer."""
    while await in_database(retention.forget_requests, settings.ENV.keep_requests_days):
        pass
    while await in_database(retention.forget_calls, settings.ENV.keep_calls_days):
        pass
