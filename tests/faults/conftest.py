"""One stack a test; the seed of its chances is printed when it fails."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.environment import RedisServer, new_database
from tests.faults.stack import Stack, install

Make = Callable[..., Stack]


@pytest.fixture(autouse=True)
def chance() -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    random.seed(seed)


@pytest.fixture(scope="session")
def installed_database() -> Iterator[str]:
    """The URL of a database that is migrated and has Ada, to be copied: that takes no time."""
    with new_database() as url:
        install(url)
        yield url


@pytest.fixture
def make_stack(data_folder: Path, installed_database: str) -> Iterator[Make]:
    stacks: list[Stack] = []
    with new_database(urlsplit(installed_database).path[1:]) as url:

        def make(redis: str = "", settings: str = "") -> Stack:
            stacks.append(Stack(data_folder, url, redis, settings))
            return stacks[-1]

        yield make
        for stack in stacks:
            stack.clear()


@pytest.fixture
def one_process(make_stack: Make) -> Stack:
    """Web and runner in one process, without Redis: what `make run` starts."""
    stack = make_stack()
    stack.start_web("web", "--with-runner")
    return stack


@pytest.fixture
def several(make_stack: Make, redis_server: RedisServer) -> Stack:
    """Two webs and a runner with Redis between them."""
    stack = make_stack(redis_server.url)
    stack.start_web("a")
    stack.start_web("b")
    stack.start_runner("runner")
    return stack
