"""The processes of an installation, each started, killed and restarted by name."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from chatapp.ops.children import wait_until
from tests.environment import PROJECT, free_port
from tests.faults.proxy import Proxy

EMAIL, PASSWORD = "user@example.com", "correct horse battery"
WAIT_SECONDS = 60.0  # generous: the machine may be busy
PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
from chatapp.accounts.actions import create_account
from chatapp.accounts.roles import Role
call_command("migrate", verbosity=0)
create_account("{EMAIL}", "{PASSWORD}", Role.MEMBER)
"""


def prepare(database: str, folder: Path) -> None:
    """Make the tables, and one person who can sign in."""
    environ = {**os.environ, "DATABASE_URL": database, "DATA_DIR": str(folder)}
    environ["DJANGO_SETTINGS_MODULE"] = "chatapp.settings"
    subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=PROJECT, env=environ, check=True, timeout=120
    )


class Simulator:
    """Claude, and what it was asked for."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        command = [sys.executable, "-m", "chatapp.claude.simulator", "--port", self.url[17:]]
        self.process = subprocess.Popen([*command, "--parent-pid", str(os.getpid())], cwd=PROJECT)
        assert wait_until(self._answers, WAIT_SECONDS), "the simulator does not start"

    def _answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(self.url + "/simulator/requests").status_code == 200
        return False

    def requests(self, marker: str) -> list[dict[str, Any]]:
        """The streams that were asked for in the conversation with that marker, oldest first."""
        records = httpx.get(self.url + "/simulator/requests", timeout=30).json()
        streams = [record for record in records if record["body"].get("stream")]
        return [r for r in streams if marker in json.dumps(r["body"]["messages"])]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Kept:
    """What the database holds of a conversation's newest answer, and of all its runs."""

    text: str
    status: str
    runs: list[str]


class Stack:
    """Webs of those names behind one proxy, and whatever runners a test starts."""

    def __init__(self, simulator: Simulator, folder: Path, database: str, *webs: str) -> None:
        self.simulator, self.folder, self.database = simulator, folder, database
        self.ports = {name: free_port() for name in webs}
        self.proxy = Proxy(list(self.ports.values()))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        origins = [f"http://127.0.0.1:{port}" for port in (self.proxy.port, *self.ports.values())]
        self.environ = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "ANTHROPIC_BASE_URL": simulator.url,
            "ANTHROPIC_API_KEY": "a-key-of-the-tests",
            "DRAIN_SECONDS": "1",
            "DJANGO_SETTINGS_MODULE": "chatapp.settings",
            "DEMO_PASSWORD": PASSWORD,
            "ORIGINS": ",".join(origins),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, name: str, *command: str, **environ: str) -> None:
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=PROJECT,
                env={**self.environ, **environ},
                stdout=log,
                stderr=log,
            )

    def start_web(self, name: str, *options: str, **environ: str) -> None:
        """Start it, or start it again on the port that it had; answers once it serves."""
        self.start(name, "web", *options, PORT=str(self.ports[name]), **environ)
        self.until_serving(name)

    def until_serving(self, name: str) -> None:
        assert wait_until(lambda: self._serves(self.ports[name]), WAIT_SECONDS), self.log(name)

    def _serves(self, port: int) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/healthz/live").status_code == 200
        return False

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-4000:]

    def process(self, name: str) -> psutil.Process:
        return psutil.Process(self.processes[name].pid)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send the signal and wait for the end."""
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(WAIT_SECONDS)

    def kept(self, conversation: str) -> Kept:
        """Read past the app: the rows as they are."""
        with psycopg.connect(self.database) as connection:
            text, status = connection.execute(
                "SELECT text, status FROM conversations_message WHERE conversation_id = %s"
                " AND role = 'assistant' ORDER BY created_at DESC LIMIT 1",
                [conversation],
            ).fetchone() or ("", "gone")
            runs = connection.execute(
                "SELECT state FROM generation_run WHERE conversation_id = %s ORDER BY created_at",
                [conversation],
            ).fetchall()
        return Kept(text, status, [run[0] for run in runs])

    def clear(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
        self.proxy.stop()


class Served(Stack):
    """All of it under `manage.py serve`, with an embedded PostgreSQL of its own."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        super().__init__(simulator, folder, "", "serve")
        self.environ["PORT"] = str(self.ports["serve"])
        self.start("serve", "serve")
        self.until_serving("serve")
        self.database = (folder / "database.url").read_text()

    def child(self, name: str) -> psutil.Process:
        """The process that `serve` started for `web`, or for `postgres`."""
        children = self.process("serve").children()
        return next(one for one in children if name in " ".join(one.cmdline()))

    def strike(self, name: str, number: int = signal.SIGKILL) -> None:
        """Signal that child and wait for its end; `serve` will start another."""
        child = self.child(name)
        child.send_signal(number)
        child.wait(WAIT_SECONDS)
