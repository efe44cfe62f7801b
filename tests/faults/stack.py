"""The processes of an installation, each started, killed and restarted by name."""

import base64
import os
import random
import re
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx

from chatapp.ops.children import wait_until
from tests.environment import PROJECT, free_port
from tests.faults.reader import Reader

PASSWORD = "correct horse battery"
SECRET_KEY = "a key that all processes of the test share"
WAIT_SECONDS = 60.0
PEOPLE = """
from django.contrib.auth.models import Group
from chatapp.accounts.actions import create_account
from chatapp.accounts.roles import Role
create_account("ada@example.com", "correct horse battery", Role.MEMBER)
"""


def words(number: int) -> list[str]:
    """Words that are all different, so that none can be lost or doubled unseen."""
    return [f"w{at:05d}" for at in range(number)]


def asked_for(text: str, speed: int, chars: int = 6) -> str:
    """A message that the simulator answers with exactly that text."""
    coded = base64.b64encode(text.encode()).decode()
    pace = f"[[sim: speed {speed}]] [[sim: delta {chars}]]"
    return f"[[sim: thinking off]] {pace} [[sim: text64 {coded}]]"


def install(database: str) -> None:
    """Give an empty database its tables, and its people."""
    environ = {**os.environ, "DATABASE_URL": database, "SECRET_KEY": SECRET_KEY}
    for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", PEOPLE]):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=PROJECT, env=environ, check=True, timeout=120)


class Stack:
    def __init__(self, folder: Path, database: str, redis: str = "", settings: str = "") -> None:
        self.simulator_port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        self.readers: list[Reader] = []
        self.environ = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self.simulator_port}",
            "DRAIN_SECONDS": "1",
            "DJANGO_SETTINGS_MODULE": settings or "chatapp.settings",
            "SECRET_KEY": SECRET_KEY,
        }
        simulator = ["-m", "chatapp.claude.simulator", "--port", str(self.simulator_port)]
        self._start("simulator", *simulator, "--parent-pid", str(os.getpid()))
        assert wait_until(lambda: self.requests() is not None, WAIT_SECONDS)

    def run(self, *arguments: str) -> None:
        """A command of the installation, to its end."""
        subprocess.run(
            [sys.executable, *arguments], cwd=PROJECT, env=self.environ, check=True, timeout=120
        )

    def _start(self, name: str, *arguments: str, **environ: str) -> None:
        self.processes[name] = subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT, env={**self.environ, **environ}
        )

    def start_web(self, name: str, *options: str) -> None:
        """Start it, or start it again on the port that it had."""
        port = self.ports.setdefault(name, free_port())
        self._start(name, "manage.py", "web", *options, PORT=str(port))
        assert wait_until(lambda: self._is_alive(port), WAIT_SECONDS)

    def start_runner(self, name: str) -> None:
        self._start(name, "manage.py", "runner")

    def _is_alive(self, port: int) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz/live").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(WAIT_SECONDS)

    def requests(self) -> list[dict[str, Any]] | None:
        """What the simulator was asked for and wrote, streams alone; None if it is away."""
        try:
            url = f"http://127.0.0.1:{self.simulator_port}/simulator/requests"
            records = httpx.get(url).json()
        except httpx.TransportError:
            return None
        return [r for r in records if isinstance(r.get("body"), dict) and r["body"].get("stream")]

    def person(self, web: str) -> "Person":
        return Person(self, web)

    def clear(self) -> None:
        for reader in self.readers:
            reader.leaving.set()
        for process in self.processes.values():
            process.kill()
            process.wait()


class Person:
    """Ada in a browser without pictures."""

    def __init__(self, stack: Stack, web: str) -> None:
        self.stack = stack
        self.http = httpx.Client(timeout=30)
        self.http.get(self.address(web) + "/accounts/login/")
        form = {"login": "ada@example.com", "password": PASSWORD}
        form["csrfmiddlewaretoken"] = self.http.cookies["csrf"]
        self.http.post(self.address(web) + "/accounts/login/", data=form)
        self.cookie = "; ".join(f"{name}={text}" for name, text in self.http.cookies.items())

    def address(self, web: str) -> str:
        return f"http://127.0.0.1:{self.stack.ports[web]}"

    def post(self, web: str, path: str, **fields: str) -> httpx.Response:
        address = self.address(web)
        page = self.http.get(address + "/")
        token = re.search(r'"X-CSRFToken": "(\w+)"', page.text)
        assert token, page.text
        headers = {"X-CSRFToken": token[1], "HX-Request": "true", "Origin": address}
        reply = self.http.post(address + path, data=fields, headers=headers)
        assert reply.status_code == 200, (reply.status_code, reply.text)
        return reply

    def ask(self, web: str, said: list[str], speed: int = 150) -> Reader:
        """Ask for those words, twenty a paragraph, and follow them on every web."""
        paragraphs = [" ".join(said[at : at + 20]) for at in range(0, len(said), 20)]
        return self.ask_for(web, "\n\n".join(paragraphs), speed, said=said)

    def ask_for(
        self, web: str, text: str, speed: int, *, chars: int = 6, said: list[str] | None = None
    ) -> Reader:
        """Ask for that text in a new conversation; without `said` its words are not compared."""
        asked = asked_for(text, speed, chars)
        reply = self.post(web, "/c/", message_id=str(uuid.uuid4()), text=asked)
        conversation = reply.headers["HX-Redirect"].split("/")[2]
        ports = [self.stack.ports[web], *self.stack.ports.values()]
        reader = Reader(ports, self.cookie, conversation, said or [])
        self.stack.readers.append(reader)
        reader.start()
        return reader

    def stored(self, reader: Reader, web: str) -> str:
        """The answer's text as the database has it."""
        message = list(reader.articles)[-1]
        reply = self.http.get(f"{self.address(web)}/messages/{message}/text/")
        assert reply.status_code == 200
        return reply.text


def at_random(reader: Reader, low: int = 5, high: int = 120) -> None:
    """Let the answer grow to a random length."""
    reader.until_words(random.randint(low, high))
