"""How long the ledger remembers: what was sent, and the calls themselves.

A batch a call, so that no transaction is long; whoever calls repeats until nothing is left.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chatapp.usage.models import Call, SentRequest

BATCH = 500  # rows


def forget_requests(days: int) -> int:
    """Delete what was sent by calls older than that; their sums stay. Answers how many."""
    return _delete(SentRequest.objects.filter(call__in=_older_than(days)).order_by())


def forget_calls(days: int) -> int:
    """Delete calls older than that, with what they sent. Answers how many.

    Budgets have what they spent in rows of their own, and do not change.
    """
    return _delete(_older_than(days).order_by("opened_at"))


def _older_than(days: int) -> QuerySet[Call]:
    """Settled calls of that age; none for 0, which is for ever."""
    if not days:
        return Call.objects.none()
    before = timezone.now() - timedelta(days=days)
    # An open call has a reservation, and somebody who will settle it.
    return Call.objects.filter(opened_at__lt=before, settled_at__isnull=False)


@transaction.atomic
def _delete(rows: QuerySet[Call] | QuerySet[SentRequest]) -> int:
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    rows.model.objects.filter(pk__in=keys).delete()
    return len(keys)
