"""The signals by which an operator, a container engine or a terminal ends a process."""

import asyncio
import signal
from collections.abc import Callable


def on_signals(loop: asyncio.AbstractEventLoop, react: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, react)
