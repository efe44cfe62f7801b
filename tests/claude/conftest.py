"""A simulator that does not dawdle, a client on it, and time that obeys."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chatapp.claude import Client, Config, Request, Timing
from chatapp.claude.simulator import Pace, Simulator

KEY = "sk-ant-canary-8c1f2e"
MODEL = "claude-opus-5-5"


@dataclass
class Time:
    """A clock that moves only when somebody sleeps; chance that is always one half."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def timing(self) -> Timing:
        return Timing(
            clock=lambda: self.now, wall=lambda: self.now, sleep=self.sleep, chance=lambda: 0.5
        )


def ask(text: str, **more: Any) -> Request:
    """A request of one user message."""
    fields = {"model": MODEL, "max_tokens": 8000, **more}
    return Request(messages=[{"role": "user", "content": text}], **fields)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(pace=Pace(first=0, speed=0)) as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def connect(simulator: Simulator, time: Time) -> AsyncIterator[Callable[..., Client]]:
    """Makes clients of the simulator, with other settings if wanted."""
    made: list[Client] = []

    def make(**settings: Any) -> Client:
        config = Config(**{"api_key": KEY, "base_url": simulator.url, **settings})
        made.append(Client(config, time.timing()))
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()
