"""What the ledger adds to the archive of all that a person has here."""

from collections.abc import Iterator
from typing import Any

from chatapp.accounts.models import User
from chatapp.conversations.exporting.parts import register
from chatapp.usage.models import Call

CHUNK = 1_000  # rows a query
COLUMNS = (
    *("opened_at", "purpose", "model", "conversation_id", "input_tokens", "output_tokens"),
    *("cache_write_5m_tokens", "cache_write_1h_tokens", "cache_read_tokens", "cost"),
    *("is_estimate", "stop_reason"),
)


def usage_of(user: User) -> Iterator[dict[str, Any]]:
    """The person's calls, the oldest first."""
    rows = Call.objects.filter(user=user).order_by("opened_at", "id")
    keys = list(rows.values_list("pk", flat=True))
    for at in range(0, len(keys), CHUNK):
        yield from rows.filter(pk__in=keys[at : at + CHUNK]).values(*COLUMNS)


register("usage.csv", usage_of)
