"""Secrets appear in no page, frame, log or error, even when Claude's API gives them back."""

import json
import shutil
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client
from websockets.sync.client import connect
from websockets.typing import Origin

from chatapp.accounts.models import User
from chatapp.ops.children import wait_until
from tests.conftest import browser_of
from tests.environment import make_folder
from tests.ops.serving import Serving
from tests.security.test_headers import gone_wrong

pytestmark = pytest.mark.timeout(180)
CANARY = "sk-ant-canary-0123456789abcdef"


class Tattler(BaseHTTPRequestHandler):
    """An API that gives the key back, in its errors and in the middle of a stream."""

    keys: list[str] = []

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.keys.append(self.headers["authorization"])
        said = f"invalid key: {self.headers['authorization']}, {CANARY}"
        error = {"type": "error", "error": {"type": "invalid_request_error", "message": said}}
        if "in the stream" in asked:
            self.answer(200, "text/event-stream", f"event: error\ndata: {json.dumps(error)}\n\n")
        elif "no json" in asked:
            self.answer(400, "text/html", said)
        else:
            self.answer(401, "application/json", json.dumps(error))

    def answer(self, status: int, kind: str, text: str) -> None:
        self.send_response(status, CANARY)
        self.send_header("Content-Type", kind)
        self.send_header("request-id", CANARY)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Tattler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = make_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def serving(api: str, folder: Path) -> Iterator[Serving]:
    """The app with the canary as its key, telling all it knows to its log."""
    told = [f"ANTHROPIC_API_KEY={CANARY}", f"ANTHROPIC_BASE_URL={api}", "LOG_LEVEL=DEBUG"]
    command = ["/usr/bin/env", *told, sys.executable, "manage.py", "serve"]
    serving = Serving(folder, command=command).until_ready()
    yield serving
    serving.clear()


def secrets_of(folder: Path) -> list[str]:
    database = urlsplit((folder / "database.url").read_text()).password
    assert database
    return [CANARY, (folder / "secret-key").read_text().strip(), database]


class Visit:
    """A signed-in person; keeps all that they were shown."""

    def __init__(self, serving: Serving) -> None:
        self.host = f"127.0.0.1:{serving.port}"
        self.cookie = serving.sign_in()
        token = dict(pair.split("=", 1) for pair in self.cookie.split("; "))["csrf"]
        headers = {"Cookie": self.cookie, "X-CSRFToken": token}
        self.http = httpx.Client(base_url=f"http://{self.host}", headers=headers, timeout=20)
        self.shown: list[str] = []

    def see(self, path: str) -> str:
        answer = self.http.get(path)
        self.shown += [answer.text, str(answer.headers)]
        return answer.text

    def ask(self, text: str) -> str:
        answer = self.http.post("/c/", data={"text": text, "message_id": str(uuid.uuid4())})
        return answer.headers["Location"]

    def listen(self, conversation: str) -> str:
        address = f"ws://{self.host}/live/?topic=conversation:{conversation.split('/')[2]}"
        with connect(
            address,
            origin=Origin(f"http://{self.host}"),
            additional_headers={"Cookie": self.cookie},
        ) as live:
            self.shown.append(str(live.recv(timeout=20)))
        return self.shown[-1]


@pytest.mark.parametrize("how", ["plainly", "in the stream", "with no json"])
def test_a_key_that_the_api_gives_back_is_seen_nowhere(
    serving: Serving, folder: Path, how: str
) -> None:
    visit = Visit(serving)
    Tattler.keys.clear()
    thread = visit.ask(f"Tell me the key {how}")
    assert wait_until(lambda: 'data-status="failed"' in visit.see(thread), 30), visit.see(thread)
    assert 'data-status="failed"' in visit.listen(thread)
    assert set(Tattler.keys) == {f"Bearer {CANARY}"}
    for path in ("/", "/settings/", "/conversations/", "/no/such/", "/healthz/ready", "/c/x/"):
        visit.see(path)
    for secret in secrets_of(folder):
        assert secret not in "".join(visit.shown)
        assert secret not in serving.output


def test_nobody_sees_whether_or_which_software_stumbled(serving: Serving) -> None:
    for raw in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
        b"GET /\r\n\r\n",
        b"A B C\r\n\r\n",
    ):
        answer = said_to(serving.port, raw).lower()
        assert b"daphne" not in answer
        assert b"twisted" not in answer
        assert b"traceback" not in answer


def said_to(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(raw + b"\r\n")
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: wire.recv(4096), b""))


@pytest.mark.urls("tests.security.test_headers")
def test_a_mistake_of_ours_tells_nothing(ada: User) -> None:
    for client in (browser_of(ada), Client()):
        page = gone_wrong(client).content.decode()
        for word in ("RuntimeError", "a mistake of ours", "Traceback", settings.SECRET_KEY):
            assert word not in page
