"""Housekeeping of the search."""

from procrastinate.contrib.django import app

from chatapp.conversations import matching
from chatapp.live.threads import in_database


@app.periodic(cron="* * * * *")
@app.task(name="conversations.tidy_search", queue="housekeeping", queueing_lock="tidy_search")
async def tidy_search(timestamp: int) -> None:
    """Sort what came into the index since, before somebody's answer would have to."""
    await in_database(matching.tidy)
