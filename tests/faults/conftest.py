"""Stacks that the tests of one process share, and the seed of each test's chances.

A test leaves a shared stack as it found it: what it kills, it starts again.
"""

import os
import random
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests import finding
from tests.environment import MISSING, RedisServer, make_folder
from tests.faults.person import Person
from tests.faults.said import Said
from tests.faults.stack import Served, Simulator, Stack, prepare
from tests.faults.tab import Tab

MakeStack = Callable[..., Stack]
OpenTab = Callable[[Person, Said], Tab]


@pytest.fixture(autouse=True)
def chance() -> None:
    """A new seed for each test, shown when it fails; SEED repeats one."""
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**6))
    print("SEED", seed)
    random.seed(seed)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = make_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(template: str = "template1") -> Iterator[str]:
    """The URL of a new database."""
    name = f"chatapp_faults_{secrets.token_hex(6)}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    simulator = Simulator()
    yield simulator
    simulator.stop()


@pytest.fixture(scope="session")
def prepared() -> Iterator[str]:
    """The name of a database with tables and a person, to be copied."""
    with _folder() as folder, _database() as database:
        prepare(database, folder)
        yield urlsplit(database).path[1:]


@pytest.fixture(scope="session")
def make_stack(simulator: Simulator, prepared: str) -> Iterator[MakeStack]:
    """Make a stack with webs of those names, on a database of its own."""
    with ExitStack() as after:

        def make(*webs: str) -> Stack:
            folder = after.enter_context(_folder())
            stack = Stack(simulator, folder, after.enter_context(_database(prepared)), *webs)
            after.callback(stack.clear)
            return stack

        yield make


@pytest.fixture(scope="session")
def one_process(make_stack: MakeStack) -> Stack:
    """Web and runner in one process, without Redis: what `make run` starts."""
    stack = make_stack("web")
    stack.start_web("web", "--with-runner")
    return stack


@pytest.fixture(scope="session")
def ada(one_process: Stack) -> Person:
    """Signed in to `one_process`."""
    return Person(one_process)


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    program = finding.redis_path()
    if program is None:
        pytest.skip(f"{MISSING}Redis")
    server = RedisServer(program)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def several(make_stack: MakeStack, redis: RedisServer) -> Stack:
    """Two webs and a runner with Redis between them; browsers go to `a` as long as it lives."""
    stack = make_stack("a", "b")
    stack.environ["REDIS_URL"] = redis.url
    stack.start_web("a")
    stack.start_web("b")
    stack.start("runner", "runner")
    return stack


@pytest.fixture(scope="session")
def served(simulator: Simulator) -> Iterator[Served]:
    """The whole of `manage.py serve`."""
    with _folder() as folder:
        stack = Served(simulator, folder)
        yield stack
        stack.clear()


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            # Playwright switches the back/forward cache off; people have it.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[OpenTab]:
    """Open a tab of that person's browser, in which that will be asked."""
    contexts: dict[Person, BrowserContext] = {}

    def open_one(person: Person, said: Said) -> Tab:
        if person not in contexts:
            contexts[person] = chromium.new_context()
            cookies = [
                {"name": name, "value": value, "url": person.address()}
                for name, value in person.http.cookies.items()
            ]
            contexts[person].add_cookies(cookies)  # type: ignore[arg-type]
        return Tab(contexts[person].new_page(), person, said)

    yield open_one
    for context in contexts.values():
        context.close()
