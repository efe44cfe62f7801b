"""The two systems as processes, each on one core."""

import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path

import aiohttp
import psutil

PROJECT = Path(__file__).resolve().parent.parent
PORT = 8791
OTHER_CORE = {1} if (os.cpu_count() or 1) > 1 else {0}


class Process:
    """A child pinned to a core; `cpu` in seconds, `memory` in bytes, of its whole tree."""

    def __init__(self, command: list[str], environ: dict[str, str], core: set[int]) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROJECT,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.process = psutil.Process(self.popen.pid)
        self.process.cpu_affinity(list(core))

    def _tree(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    @property
    def cpu(self) -> float:
        return sum(p.cpu_times().user + p.cpu_times().system for p in self._tree())

    @property
    def memory(self) -> int:
        return sum(p.memory_info().rss for p in self._tree())

    def stop(self) -> None:
        self.popen.terminate()
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        if time.monotonic() > end:
            raise SystemExit("A system under test does not start.")
        time.sleep(0.1)


def is_listening() -> bool:
    connections = psutil.net_connections("tcp")
    return any(c.laddr.port == PORT and c.status == "LISTEN" for c in connections if c.laddr)


class Floor:
    name = "floor"
    end = re.compile("END")

    def __init__(self, model_url: str) -> None:
        command = ["-m", "bench.floor", str(PORT)]
        self.process = Process(command, {"ANTHROPIC_BASE_URL": model_url}, {0})
        wait_for(is_listening)

    async def open(
        self, session: aiohttp.ClientSession, at: int
    ) -> aiohttp.ClientWebSocketResponse:
        return await session.ws_connect(f"http://127.0.0.1:{PORT}/", max_msg_size=0)

    async def begin(
        self, session: aiohttp.ClientSession, at: int, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        await socket.send_str("go")


class App:
    """Signed-in people with a conversation each, made through the app's own actions."""

    name = "app"
    # A person's message is "done" at once; only an answer names its run.
    end = re.compile(r'data-status="done" data-revision="\d+"[^>]* data-run-id')

    def __init__(self, model_url: str, people: list[dict[str, str]]) -> None:
        environ = {"ANTHROPIC_BASE_URL": model_url, "PORT": str(PORT)}
        self.process = Process(["manage.py", "web", "--with-runner"], environ, {0})
        self.people = people
        wait_for(is_listening)
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/accounts/login/").read()

    async def open(
        self, session: aiohttp.ClientSession, at: int
    ) -> aiohttp.ClientWebSocketResponse:
        person = self.people[at]
        url = f"http://127.0.0.1:{PORT}/live/"
        topics = f"?topic=conversation:{person['conversation']}&topic=list:&since=9999"
        headers = {"Cookie": person["cookie"], "Origin": f"http://127.0.0.1:{PORT}"}
        return await session.ws_connect(url + topics, headers=headers, max_msg_size=0)

    async def begin(
        self, session: aiohttp.ClientSession, at: int, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        person = self.people[at]
        reply = await session.post(
            f"http://127.0.0.1:{PORT}/c/{person['conversation']}/messages/",
            data={"message_id": str(uuid.uuid4()), "text": "Tell me the time, again and again."},
            headers={
                "Cookie": person["cookie"],
                "X-CSRFToken": person["token"],
                "HX-Request": "true",
            },
        )
        await reply.read()
        if reply.status != 200:
            raise SystemExit(f"The app answered {reply.status} to a message.")


System = Floor | App
