"""The runner as a process of its own, for installations with several processes."""

import asyncio

from chatapp.generation.runner import Runner
from chatapp.ops.probe import SIGN_EVERY, SIGN_OF_LIFE
from chatapp.ops.signals import on_signals


async def serve() -> None:
    """Answer what is queued until SIGTERM or SIGINT, then drain."""
    runner = Runner()
    on_signals(asyncio.get_running_loop(), runner.drain)
    alive = asyncio.create_task(_show_life(), name="sign of life")
    try:
        await runner.run()
    finally:
        alive.cancel()


async def _show_life() -> None:
    while True:
        SIGN_OF_LIFE.touch()
        await asyncio.sleep(SIGN_EVERY)
