"""The web process alone: what it refuses, what it limits, how it ends."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.environment import PROJECT, make_folder
from tests.ops.serving import WAIT_SECONDS, Serving

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def web() -> Iterator[Serving]:
    folder = make_folder()
    serving = Serving(folder).until_ready()
    yield serving
    serving.clear()
    shutil.rmtree(folder)


def socket_to(web: Serving, cookie: str = "") -> ClientConnection:
    here = f"127.0.0.1:{web.port}"
    headers = {"Cookie": cookie} if cookie else {}
    address = f"ws://{here}/live/?topic=list:"
    return connect(address, origin=Origin(f"http://{here}"), additional_headers=headers)


def close_code(socket: ClientConnection) -> int:
    """Read until the other side closes."""
    try:
        while True:
            socket.recv(timeout=30)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def test_a_frame_beyond_the_limit_closes_that_socket_only(web: Serving) -> None:
    cookie = web.sign_in()
    with socket_to(web, cookie) as other, socket_to(web, cookie) as socket:
        other.recv(timeout=30)
        socket.send("x" * (256 * 1024 + 1))
        assert close_code(socket) in (1006, 1009)
        assert other.protocol.state.name == "OPEN"
    assert web.get("/healthz/live")[0] == 200


def test_it_does_not_say_what_it_is_made_of(web: Serving) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=10)
    connection.request("GET", "/healthz/live")
    assert connection.getresponse().headers["Server"] is None
    with socket_to(web) as socket:
        assert socket.response
        assert "Server" not in socket.response.headers


def test_a_socket_of_another_origin_is_refused(web: Serving) -> None:
    with pytest.raises(Exception, match="403"):
        connect(f"ws://127.0.0.1:{web.port}/live/", origin=Origin("http://127.0.0.1:1"))


def failure(*command: str, **environ: str) -> str:
    """What a command says last, after it refused."""
    inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=inherited | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_SECONDS,
    )
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["web", "runner"])
def test_a_process_that_nobody_could_hear_is_refused(command: str) -> None:
    assert "REDIS_URL: needed" in failure(command)


@pytest.mark.parametrize("change", ["port", "password"])
def test_a_database_that_cannot_be_reached_is_told_in_one_line(change: str) -> None:
    url = urlsplit(os.environ["DATABASE_URL"])
    nowhere = "postgresql://chatapp:hunter2@127.0.0.1:1/chatapp"
    wrong = nowhere if change == "port" else url._replace(netloc="chatapp:hunter2@").geturl()
    line = failure("web", "--prepare", "--with-runner", DATABASE_URL=wrong)
    assert "DATABASE_URL: cannot connect: " in line
    assert "hunter2" not in line


def test_a_web_process_alone_needs_to_be_told_of_a_database() -> None:
    assert "DATABASE_URL: needed here" in failure(
        "web", "--prepare", "--with-runner", DATABASE_URL=""
    )


def test_sigterm_tells_browsers_to_come_back(data_folder: Path) -> None:
    serving = Serving(data_folder).until_ready()
    with socket_to(serving, serving.sign_in()) as socket:
        socket.recv(timeout=30)
        serving.process.send_signal(signal.SIGTERM)
        assert close_code(socket) == 1012
    assert serving.process.wait(WAIT_SECONDS) == 0
    serving.clear()
