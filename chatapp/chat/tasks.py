"""Housekeeping of the members' room."""

import uuid
from collections import defaultdict

from django.utils import timezone
from procrastinate.contrib.django import app

from chatapp.chat import leaving
from chatapp.conversations.temporary import over
from chatapp.generation.removal import BATCH, delete_many
from chatapp.live.threads import in_database
from chatapp.review.models import Item


@app.periodic(cron="*/5 * * * *")
@app.task(name="chat.delete_expired", queue="housekeeping", queueing_lock="chat.delete_expired")
async def delete_expired(timestamp: int) -> None:
    """Remove the temporary chats whose day is over."""
    while await in_database(delete_batch):
        pass


def delete_batch() -> int:
    """Some of them; answer how many. What the support team has not resolved stays till then."""
    under_review = Item.objects.unresolved().values("conversation")
    rows = over(timezone.now()).exclude(pk__in=under_review).order_by("expires_at")
    by_owner: dict[int, list[uuid.UUID]] = defaultdict(list)
    for owner_id, pk in rows.values_list("owner", "pk")[:BATCH]:
        by_owner[owner_id].append(pk)
    return sum(delete_many(owner_id, ids) for owner_id, ids in by_owner.items())


@app.periodic(cron="13 * * * *")
@app.task(name="chat.delete_accounts", queue="housekeeping", queueing_lock="delete_accounts")
async def delete_accounts(timestamp: int) -> None:
    """Delete what people asked to have deleted, once it can no longer be taken back."""
    while await in_database(leaving.delete_some):
        pass
    await in_database(leaving.forget_sessions)
