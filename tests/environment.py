"""The pytest plugin that gives all tests one real PostgreSQL, and Redis and Chromium.

Loaded by `-p tests.environment` before Django reads its settings. With xdist
the first process starts the server, its workers inherit the address and have a
database each. An own DATABASE_URL is used as it is. Fixtures: `chromium_path`,
`redis_server`, `data_folder`, `empty_database`. What they miss is skipped, counted and named at the
end; with CI=true that is a failure.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from chatapp.ops.children import spawn, wait_until
from chatapp.ops.database.server import EmbeddedServer
from tests import finding

PROJECT = Path(__file__).resolve().parent.parent
MISSING = "missing on this machine: "
# A crash of the machine in mid-test loses nothing of worth.
UNSAFE_BUT_FAST = {"fsync": "off", "max_connections": "200"}


class Services:
    """What one test run has started."""

    def __init__(self) -> None:
        self.folder = make_folder()
        self.server: EmbeddedServer | None = None
        os.environ["DATA_DIR"] = str(self.folder)
        if not os.environ.get("DATABASE_URL"):
            self.server = EmbeddedServer(self.folder, PROJECT, UNSAFE_BUT_FAST)
            self.server.start()
            os.environ["DATABASE_URL"] = self.server.url

    def stop(self) -> None:
        if self.server:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def make_folder() -> Path:
    """A new folder that the user who runs PostgreSQL can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="chatapp-test-"))
    folder.chmod(0o755)
    return folder


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


# --- the plugin ---


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, object, object]:
    # Around every other plugin: pytest-django reads the settings in this hook.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        services = Services()
        early_config.add_cleanup(services.stop)
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = _missed(terminalreporter)
    if skipped:
        terminalreporter.section(f"{len(skipped)} tests skipped: something is missing here")
        for line in skipped:
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and _missed(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _missed(reporter: pytest.TerminalReporter) -> list[str]:
    return sorted(
        f"{report.nodeid}: {report.longrepr[2].partition(MISSING)[2]}"
        for report in reporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and MISSING in report.longrepr[2]
    )


# --- fixtures ---


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to drive: `launch(executable_path=chromium_path, args=["--no-sandbox"])`."""
    path = finding.chromium_path()
    if path is None:
        pytest.skip(f"{MISSING}Chromium")
    return path


class RedisServer:
    """A Redis of this test alone; `restart` forgets everything, as a crash would."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        where = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", "/tmp"]
        command = [self._program, *where, "--save", "", "--appendonly", "no"]
        with open(os.devnull, "wb") as nowhere:
            self._process = spawn(command, environ=os.environ, output=nowhere)
        assert wait_until(self._answers, 10), "Redis does not start"

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def _answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self._port)) == 0


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    program = finding.redis_path()
    if program is None:
        pytest.skip(f"{MISSING}Redis")
    server = RedisServer(program)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """A DATA_DIR of this test alone, removed with everything in it."""
    folder = make_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The URL of a new database for processes that a test starts by itself."""
    with new_database() as url:
        yield url


@contextmanager
def new_database(template: str = "template1") -> Iterator[str]:
    """The URL of a database that is a copy of the template, as long as it is needed."""
    name = f"chatapp_test_{secrets.token_hex(6)}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
