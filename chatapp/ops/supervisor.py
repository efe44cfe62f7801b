"""`manage.py serve`: everything that one machine needs, under one process.

    serve ── postgres   unless DATABASE_URL
          ── simulator  without ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL
          ── web        pages, sockets and the runner

Starts downwards, stops upwards, restarts what dies. No child outlives it.
"""

import argparse
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType

from chatapp import environment
from chatapp.environment import Environment, WrongSetting
from chatapp.ops.children import PROJECT, StartFailed, end_with_parent, say
from chatapp.ops.database.server import EmbeddedServer
from chatapp.ops.lock import FolderLock
from chatapp.ops.probe import is_alive
from chatapp.ops.service import Service

TICK = 0.05  # seconds between two looks at the children
STOP_MARGIN = 10.0  # seconds beyond DRAIN_SECONDS after which the app is killed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-accounts", action="store_true", help="make no accounts at the first start"
    )
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when the starting process ends"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py serve")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    return serve(accounts=not options.no_accounts, with_parent=options.stop_with_parent)


def serve(*, accounts: bool, with_parent: bool) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP; the exit code. Trouble is told in one line."""
    if with_parent:
        end_with_parent(signal.SIGTERM)
    try:
        return Supervisor(environment.read(), accounts=accounts).run()
    except (WrongSetting, StartFailed) as error:
        print(error, file=sys.stderr, flush=True)
        return 1


class Supervisor:
    def __init__(self, env: Environment, *, accounts: bool) -> None:
        self.env = env
        self.accounts = accounts
        self.began = time.monotonic()
        self.lock = FolderLock(env.data_dir)
        self.database: EmbeddedServer | None = None
        self.services: list[Service] = []
        self.is_stopping = False
        self.is_ready = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self.lock.take(self.env.address, self.env.drain_seconds + STOP_MARGIN)
        _check_port(self.env.bind, self.env.port)
        try:
            self._start()
            return self._watch()
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # A second SIGTERM is no impatience: make passes on the one that a service
        # manager has already sent to all.
        if self.is_stopping and number == signal.SIGINT:
            self._kill()
            os._exit(128 + number)
        self.is_stopping = True

    def _start(self) -> None:
        environ = _environ_of_children()
        if not self.env.database_url:
            self.database = EmbeddedServer(self.env.data_dir, PROJECT)
            if self.database.place.notice:
                say(self.database.place.notice)
            if not self.database.cluster.exists():
                say("Making the database ...")
            self.database.start()
            environ["DATABASE_URL"] = self._keep(self.database.url)
        if self.env.needs_simulator:
            port = _free_port()
            command = [sys.executable, "-m", "chatapp.claude.simulator", "--host", "127.0.0.1"]
            self._add("simulator", [*command, "--port", str(port)], environ)
            environ["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{port}"
            environ["SIMULATED"] = "1"
        web = [sys.executable, str(PROJECT / "manage.py"), "web", "--with-runner", "--prepare"]
        web += ["--parent-pid", str(os.getpid())]
        self._add("web", [*web, *([] if self.accounts else ["--no-accounts"])], environ)

    def _add(self, name: str, command: Sequence[str], environ: dict[str, str]) -> None:
        if self.is_stopping:
            return
        service = Service(name, command, dict(environ), is_quiet=name == "simulator")
        service.start()
        self.services.append(service)

    def _keep(self, url: str) -> str:
        """Let other commands of this user (`manage.py shell`) find the running database."""
        path = self.env.data_dir / "database.url"
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(url)
        return url

    def _watch(self) -> int:
        while not self.is_stopping:
            time.sleep(TICK)
            if not self.is_ready and any(service.has_ended for service in self.services):
                # What cannot start now will not by trying again; it has said why.
                say("Cannot start: see the lines above.")
                return 1
            self._tend_database()
            for service in self.services:
                service.tend()
            if not self.is_ready and is_alive(self.env):
                self.is_ready = True
                seconds = time.monotonic() - self.began
                say(f"Ready after {seconds:.1f} s: {self.env.address}  (Ctrl-C stops)")
        return 0

    def _tend_database(self) -> None:
        if self.database and self.database.pid is None and not self.is_stopping:
            say("postgres ended; starting it again.")
            try:
                self.database.start()
            except StartFailed as error:
                say(str(error))
                time.sleep(2)

    def _stop(self) -> None:
        self.is_stopping = True
        self.lock.announce_stop(self.env.address)
        if self.services:
            say("Stopping: running answers may end first. Ctrl-C again stops at once.")
        for service in reversed(self.services):
            service.stop(self.env.drain_seconds + STOP_MARGIN)
        if self.database:
            self.database.stop()
            (self.env.data_dir / "database.url").unlink(missing_ok=True)
        self.lock.release()

    def _kill(self) -> None:
        for service in self.services:
            service.kill()
        if self.database:
            self.database.stop(seconds=2)


def _environ_of_children() -> dict[str, str]:
    # Unbuffered, so that what a child says stands before what comes after.
    keep = {name: value for name, value in os.environ.items() if name != "DATABASE_URL_FILE"}
    return {**keep, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(PROJECT)}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _check_port(bind: str, port: int) -> None:
    # What a killed start left may hold it for a moment.
    for attempt in range(20):
        with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((bind, port))
                return
            except OSError as error:
                reason = error.strerror
        if attempt < 19:
            time.sleep(0.1)
    raise StartFailed(
        f"PORT: cannot listen on {bind}:{port} ({reason}); set another, as in PORT=8001 make run."
    )
