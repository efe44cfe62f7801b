"""One client an event loop, made from the settings."""

import asyncio
from functools import lru_cache

from django.conf import settings

from chatapp.claude import Client, Config


@lru_cache(maxsize=8)
def _client_of(loop: asyncio.AbstractEventLoop) -> Client:
    env = settings.ENV
    return Client(
        Config(
            # The simulator takes any key; without one there is no header to send.
            api_key=env.anthropic_api_key or "simulated",
            base_url=env.anthropic_base_url,
            max_connections=settings.RUNS_PER_RUNNER + 16,
            deadline=settings.RUN_DEADLINE_SECONDS,
        )
    )


def claude() -> Client:
    """The client of the running event loop."""
    return _client_of(asyncio.get_running_loop())


async def close() -> None:
    await claude().aclose()
