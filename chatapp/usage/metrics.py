"""How much room Claude's rate limits leave, as its last answer said."""

from collections.abc import Mapping

from chatapp.observability.metrics import METRICS

LIMITS = METRICS.gauges(
    "chatapp_claude_rate_limit", "Rate-limit headers of Claude's last answer.", "name"
)


def note_rate_limits(limits: Mapping[str, str]) -> None:
    for name, value in limits.items():
        if value.isdecimal():  # the times of reset are no figures
            LIMITS.labels(name).set(int(value))
