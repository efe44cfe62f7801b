"""`manage.py serve` as an operator has it: a process with output, children and an end."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil

from chatapp.ops.children import wait_until
from tests.environment import PROJECT, free_port

FOREIGN = ("DATABASE_URL", "DATA_DIR", "SECRET_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
PASSWORD = "correct horse battery"
WAIT_SECONDS = 60.0  # generous: the machine may be busy with other tests


class Serving:
    """One start on `folder`; `output` is everything it said so far."""

    def __init__(self, folder: Path, port: int = 0, command: Sequence[str] = ()) -> None:
        self.port = port or free_port()
        self._log = folder.parent / f"{folder.name}-{self.port}-{time.monotonic_ns()}.log"
        environ = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        environ |= {"DATA_DIR": str(folder), "PORT": str(self.port)}
        environ |= {"DEMO_PASSWORD": PASSWORD, "DRAIN_SECONDS": "2"}
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                command or [sys.executable, "manage.py", "serve"],
                cwd=PROJECT,
                env=environ,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    def until_ready(self) -> "Serving":
        self.until("Ready after")
        return self

    def until(self, words: str, times: int = 1) -> None:
        wait_until(
            lambda: self.output.count(words) >= times or self.process.poll() is not None,
            WAIT_SECONDS,
        )
        assert self.output.count(words) >= times, self.output

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except OSError as error:
            return 0, str(error)
        finally:
            connection.close()

    def sign_in(self, email: str = "user@example.com") -> str:
        """Sign in as one of the first accounts; the Cookie header that proves it."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20) as client:
            client.get("/accounts/login/")
            form = {"login": email, "password": PASSWORD}
            form["csrfmiddlewaretoken"] = client.cookies["csrf"]
            answer = client.post("/accounts/login/", data=form)
            assert answer.status_code == 302, answer.text
            return "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    def family(self) -> list[psutil.Process]:
        """The process and all below it."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def children(self, word: str) -> list[psutil.Process]:
        """The living children with that word in their command line."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in below if word in _command(child)]

    def child(self, word: str) -> psutil.Process:
        return self.children(word)[0]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(WAIT_SECONDS)

    def clear(self) -> None:
        """After the test, whatever it left."""
        if self.process.poll() is None:
            family = self.family()
            self.process.kill()
            self.process.wait()
            psutil.wait_procs(family, timeout=20)
        self._log.unlink(missing_ok=True)


def are_gone(processes: list[psutil.Process]) -> bool:
    return wait_until(lambda: not any(process.is_running() for process in processes), 20)


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
