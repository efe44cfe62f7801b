"""When to ask again, and how long to wait before.

Only the first content event ends the time of retries: after it a second try would
mean a second, different answer. Clock, sleep and chance can be replaced in tests.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from chatapp.claude.errors import ClaudeError, Silence

LONGEST_WAIT = 30.0  # seconds; who is asked to wait longer is better told so
_BASE, _CEILING = 0.5, 8.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Where time and chance come from; `chance` gives a number from 0 up to 1."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


def wait_before_retry(error: ClaudeError, tries: int, chance: Callable[[], float]) -> float | None:
    """Seconds to wait after this many failed tries, or None when to give up.

    Silence is not repeated by itself: the reader has waited a full read timeout, and
    the silent request may well be running, and billed.
    """
    if not error.retryable or isinstance(error, Silence):
        return None
    if error.retry_after:
        # A tenth of chance, so that all who were turned away do not return at once.
        return error.retry_after * (1 + chance() / 10) if _short(error.retry_after) else None
    return float(chance() * min(_BASE * 2**tries, _CEILING))


def _short(seconds: float) -> bool:
    return seconds <= LONGEST_WAIT


def asked_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds asked for by `retry-after-ms` or `retry-after` (seconds or a date)."""
    try:
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (KeyError, ValueError):
        value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None
