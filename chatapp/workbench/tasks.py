"""What the admins' room does by itself."""

import logging

from django.core.mail import send_mail
from django.db import transaction
from procrastinate.contrib.django import app

from chatapp.errors import Conflict
from chatapp.live.threads import in_database
from chatapp.prompts.actions.publishing import end_rollout
from chatapp.prompts.models import Rollout
from chatapp.workbench.rollouts import results

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
        if why := results(rollout).breach:
            try:
                _fall_back(rollout, why)
            except Conflict:
                continue  # somebody ended it meanwhile
            fallen.append(rollout)
    return fallen


def _fall_back(rollout: Rollout, why: str) -> None:
    end_rollout(rollout, None, Rollout.End.FELL_BACK, why)
    logger.warning("Rollout of %s fell back: %s", rollout.version, why)
    if rollout.started_by:
        subject = f"{rollout.version} was taken back"
        text = f"{why}\nAll conversations are answered by version {rollout.control.number} again."
        address = rollout.started_by.email
        transaction.on_commit(lambda: send_mail(subject, text, None, [address], fail_silently=True))
