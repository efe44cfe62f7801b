"""Housekeeping of files."""

from procrastinate.contrib.django import app

from chatapp.conversations.files import actions as files
from chatapp.live.threads import in_database


# Those who delete a thread have it run at once; this is for what went in another way.
@app.periodic(cron="*/10 * * * *")
@app.task(name="conversations.remove_unused_files", queue="housekeeping")
async def remove_unused_files(timestamp: int) -> None:
    """Remove files whose messages are gone, and uploads that were never sent."""
    while await in_database(files.remove_unused):
        pass


@app.periodic(cron="23 4 * * *")
@app.task(name="conversations.remove_stray_files", queue="housekeeping")
async def remove_stray_files(timestamp: int) -> None:
    """Remove what is stored and has no row."""
    await in_database(files.remove_strays)
