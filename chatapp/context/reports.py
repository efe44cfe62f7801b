"""What the notes did: how often they are made, what they spare, what went wrong."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from chatapp.context.models import Attempt, Summary


@dataclass(frozen=True)
class Memory:
    """Notes made in some time. Tokens are estimates."""

    chunks: int
    merges: int
    corrections: int
    tokens_before: int
    tokens_after: int
    attempts: int
    failures: list[tuple[str, int]]


def memory(since: datetime, until: datetime) -> Memory:
    """Of all conversations that still exist; two queries."""
    rows = Summary.objects.filter(created_at__gte=since, created_at__lt=until)
    made = Q(replaces=None)
    sums = rows.aggregate(
        chunks=Count("pk", filter=made & Q(level=0)),
        merges=Count("pk", filter=made & Q(level__gt=0)),
        corrections=Count("pk", filter=~made),
        before=Sum("tokens_before", filter=made, default=0),
        after=Sum("tokens_after", filter=made, default=0),
    )
    tries = Attempt.objects.filter(started_at__gte=since, started_at__lt=until)
    ends = list(tries.values_list("failure").annotate(number=Count("pk")).order_by("-number"))
    return Memory(
        chunks=sums["chunks"],
        merges=sums["merges"],
        corrections=sums["corrections"],
        tokens_before=sums["before"],
        tokens_after=sums["after"],
        attempts=sum(number for _, number in ends),
        failures=[(failure, number) for failure, number in ends if failure],
    )
