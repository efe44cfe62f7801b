"""The playground: conversations of an admin's own, one a version, kept apart from all others."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.errors import NotThere, Unusable
from chatapp.generation import actions
from chatapp.prompts.models import Version
from chatapp.prompts.servertools import SERVER_TOOLS
from chatapp.usage.models import Call

COLUMNS = 4
KEPT = timedelta(days=30)


@transaction.atomic
def begin_trials(versions: Sequence[Version], by: User, text: str) -> list[Conversation]:
    """The same message to each version, in a conversation of its own.

    Raises Unusable, TooLarge, OverBudget: then none of them begins.
    """
    if not versions:
        raise Unusable(gettext("Choose a version to try."))
    trials = [
        Conversation.objects.create(
            owner=by,
            prompt=version.prompt,
            version=version,
            model=settings.DEFAULT_MODEL,
            title=f"Trial of {version}"[:200],
            is_trial=True,
            # What the version allows is tried.
            web=[name for name in SERVER_TOOLS if name in version.tools],
        )
        for version in versions[:COLUMNS]
    ]
    send_to_trials(trials, by, text)
    return trials


@transaction.atomic
def send_to_trials(trials: Sequence[Conversation], by: User, text: str) -> None:
    """The next message to all of them, or to none. Raises Conflict while one is answering."""
    for trial in trials:
        actions.send(by, trial.pk, uuid.uuid4(), text, "")


def trials_of(user: User, ids: Sequence[str]) -> list[Conversation]:
    """The person's own trials, in that order. Raises NotThere if one is missing."""
    try:
        keys = [uuid.UUID(id) for id in ids[:COLUMNS]]
    except ValueError:
        raise NotThere from None
    rows = Conversation.objects.visible_to(user).filter(is_trial=True)
    found = rows.select_related("version__prompt").in_bulk(keys)
    if len(found) != len(set(keys)):
        raise NotThere
    return [found[key] for key in keys]


def spent_on(trial: Conversation) -> Decimal:
    """US dollars of its answers so far."""
    return Call.objects.filter(conversation=trial).aggregate(sum=Sum("cost"))["sum"] or Decimal(0)


def delete_old_trials() -> int:
    """Trials that nobody touched for a month; answer how many."""
    old = Conversation.objects.filter(is_trial=True, active_at__lt=timezone.now() - KEPT)
    trials = list(old[:500])
    for trial in trials:
        actions.delete(trial)
    return len(trials)
