"""The signals by which an operator, a container engine or a terminal ends a process."""

import asyncio
import os
import signal
from collections.abc import Callable


def on_signals(loop: asyncio.AbstractEventLoop, begin: Callable[[], None]) -> None:
    """Have `begin` start an orderly end at the first SIGTERM or SIGINT.

    A second SIGINT, from somebody impatient, ends the process at once. A second
    SIGTERM does not: service managers send it to every process, and parents
    pass it on.
    """
    seen: list[int] = []

    def react(number: int) -> None:
        if seen and number == signal.SIGINT:
            os._exit(128 + number)
        seen.append(number)
        if len(seen) == 1:
            begin()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, react, number)
