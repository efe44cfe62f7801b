"""The runner as a process of its own, for installations with several processes."""

import asyncio

from chatapp.generation.runner import Runner
from chatapp.ops.probe import SIGN_EVERY, SIGN_OF_LIFE
from chatapp.ops.signals import on_signals
from chatapp.review.intake import keep_taking_in


async def serve() -> None:
    """Answer what is queued until SIGTERM or SIGINT, then drain."""
    runner = Runner()
    on_signals(asyncio.get_running_loop(), runner.drain)
    beside = [
        asyncio.create_task(_show_life(), name="sign of life"),
        asyncio.create_task(keep_taking_in(), name="intake"),
    ]
    try:
        await runner.run()
    finally:
        for task in beside:
            task.cancel()


async def _show_life() -> None:
    while True:
        SIGN_OF_LIFE.touch()
        await asyncio.sleep(SIGN_EVERY)
