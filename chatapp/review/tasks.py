"""What the support room does by itself: housekeeping each minute, the classifier at night."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chatapp.accounts.manners import manner_of
from chatapp.claude import Overloaded, RateLimited
from chatapp.conversations.handover import end_abandoned
from chatapp.live.threads import in_database
from chatapp.review import nightly
from chatapp.review.actions.items import changed, wake
from chatapp.review.models import Item

# A process that only runs jobs knows those that this module brings along.
from chatapp.review.summary import summarise as summarise


@app.periodic(cron="* * * * *")
@app.task(name="review.keep_house", queue="housekeeping", queueing_lock="review.keep_house")
async def keep_house(timestamp: int) -> None:
    """Wake what was snoozed, hand back what was left, warn before a time is missed."""
    await in_database(wake)
    await in_database(end_abandoned)
    await in_database(warn)


@transaction.atomic
def warn() -> list[Item]:
    """Tell the assignees of what is due soon, each once; answer the items."""
    soon = timezone.now() + timedelta(minutes=settings.WARN_MINUTES)
    waiting = Item.objects.unresolved().filter(warned_at=None, paused_at=None)
    due = waiting.filter(
        Q(responded_at=None, respond_by__lt=soon)
        | Q(responded_at__isnull=False, resolve_by__lt=soon)
    )
    locked = due.select_for_update(skip_locked=True, of=("self",)).select_related("assignee")
    urging = list(locked[:500])
    for item in urging:
        item.warned_at = timezone.now()
        item.save(update_fields=["warned_at"])
        changed(item)
        _mail(item)
    return urging


def _mail(item: Item) -> None:
    if item.assignee is None or item.due is None:
        return
    with manner_of(item.assignee, settings.LANGUAGE_CODE).used():
        subject = gettext("Due in the support room by %(time)s UTC") % {"time": f"{item.due:%H:%M}"}
        text = ngettext(
            "An item that is yours is due within %(minutes)s minute.",
            "An item that is yours is due within %(minutes)s minutes.",
            settings.WARN_MINUTES,
        ) % {"minutes": settings.WARN_MINUTES}
    address = item.assignee.email
    transaction.on_commit(lambda: send_mail(subject, text, None, [address], fail_silently=True))


@app.periodic(cron="17 2 * * *")
@app.task(
    name="review.hand_in",
    queue="housekeeping",
    queueing_lock="review.hand_in",
    retry=RetryStrategy(max_attempts=5, wait=600, retry_exceptions=[Overloaded, RateLimited]),
)
async def hand_in(timestamp: int) -> None:
    """Have the classifier look at the answers of the day, where that is wanted at night."""
    await nightly.hand_in()


@app.periodic(cron="* * * * *")
@app.task(name="review.collect", queue="housekeeping", queueing_lock="review.collect")
async def collect(timestamp: int) -> None:
    """Take what the classifier said, also of batches from before it was turned off."""
    await nightly.collect()
