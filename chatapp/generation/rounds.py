"""The rounds of a run, each a call of its own in the ledger, and what they cost together."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from chatapp.conversations.models import Message
from chatapp.generation.models import Run
from chatapp.usage.models import ZERO, Call

SUMMED = (
    *("input_tokens", "output_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
    *("cache_read_tokens", "retries"),
)


def had_rounds(message: Message) -> bool:
    """Whether tools were called in the message: then a run of it may have several calls."""
    # Those of the server, too: after a pause the API is asked again.
    return any(block.get("type") in ("tool_use", "server_tool_use") for block in message.content)


def costs_of(runs: Iterable[Run]) -> dict[uuid.UUID, Call]:
    """What each of those runs cost in all, where that is known. One query, or none."""
    rounds: dict[uuid.UUID, list[Call]] = defaultdict(list)
    ended = [run.pk for run in runs if run.call_id]
    for call in Call.objects.filter(run__in=ended).order_by("opened_at", "pk"):
        if call.run:
            rounds[call.run].append(call)
    return {run: summed(calls) for run, calls in rounds.items()}


def summed(rounds: Sequence[Call]) -> Call:
    """One call that stands for all of a run, in order; it is not in the ledger.

    How it ended is how the last did; its first token is that of the first.
    """
    first, last = rounds[0], rounds[-1]
    times = [call.total_ms for call in rounds if call.total_ms is not None]
    costs = [call.cost for call in rounds if call.cost is not None]
    return Call(
        run=last.run,
        model=last.model,
        # A sum of what is known of it would look like all of it.
        cost=sum(costs, ZERO) if len(costs) == len(rounds) else None,
        is_estimate=any(call.is_estimate for call in rounds),
        first_token_ms=first.first_token_ms,
        total_ms=sum(times) if times else None,
        stop_reason=last.stop_reason,
        error_type=last.error_type,
        **{name: sum(getattr(call, name) for call in rounds) for name in SUMMED},
    )
