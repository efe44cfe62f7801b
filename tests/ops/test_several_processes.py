"""Pages and answers in processes of their own, with Redis between them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chatapp.ops.children import wait_until
from chatapp.ops.probe import SIGN_OF_LIFE
from tests.environment import PROJECT, RedisServer, free_port
from tests.ops.serving import WAIT_SECONDS

Process = subprocess.Popen[bytes]
pytestmark = pytest.mark.timeout(180)


class Installation:
    def __init__(self, folder: Path, database: str, redis: str) -> None:
        self.port = free_port()
        self.environ = {**os.environ, "DATA_DIR": str(folder), "PORT": str(self.port)}
        self.environ |= {"DATABASE_URL": database, "REDIS_URL": redis, "DRAIN_SECONDS": "2"}
        self.processes: list[Process] = []

    def start(self, *arguments: str) -> Process:
        command = [sys.executable, "manage.py", *arguments]
        process = subprocess.Popen(command, cwd=PROJECT, env=self.environ)
        self.processes.append(process)
        return process

    def status(self, path: str) -> int:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10).status_code
        except httpx.TransportError:
            return 0


@pytest.fixture
def installation(
    data_folder: Path, empty_database: str, redis_server: RedisServer
) -> Iterator[Installation]:
    installation = Installation(data_folder, empty_database, redis_server.url)
    yield installation
    for process in installation.processes:
        process.kill()
        process.wait()


def test_it_is_ready_with_a_runner_and_no_longer_without(installation: Installation) -> None:
    web = installation.start("web", "--prepare")
    assert wait_until(lambda: installation.status("/healthz/live") == 200, WAIT_SECONDS)
    assert installation.status("/healthz/ready") == 503
    runner = installation.start("runner")
    assert wait_until(lambda: installation.status("/healthz/ready") == 200, WAIT_SECONDS)
    runner.send_signal(signal.SIGTERM)
    assert runner.wait(WAIT_SECONDS) == 0
    assert installation.status("/healthz/ready") == 503
    web.send_signal(signal.SIGTERM)
    assert web.wait(WAIT_SECONDS) == 0


def test_a_runner_shows_that_it_lives(installation: Installation) -> None:
    installation.start("web", "--prepare")
    assert wait_until(lambda: installation.status("/healthz/live") == 200, WAIT_SECONDS)
    SIGN_OF_LIFE.unlink(missing_ok=True)
    installation.start("runner")
    assert wait_until(SIGN_OF_LIFE.exists, WAIT_SECONDS)


def test_two_that_prepare_at_once_migrate_once(installation: Installation) -> None:
    first = installation.start("web", "--prepare")
    installation.environ["PORT"] = str(free_port())
    second = installation.start("web", "--prepare")
    assert wait_until(lambda: installation.status("/healthz/live") == 200, WAIT_SECONDS)
    installation.port = int(installation.environ["PORT"])
    assert wait_until(lambda: installation.status("/healthz/live") == 200, WAIT_SECONDS)
    assert (first.poll(), second.poll()) == (None, None)
