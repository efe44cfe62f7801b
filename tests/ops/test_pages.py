"""How a page's request goes through threads, and gives back what it took."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core import signals

from chatapp.ops.pages import Pages

pytestmark = pytest.mark.django_db(transaction=True)


class Heard:
    """The threads in which requests began and ended."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []

    def begin(self, **_: Any) -> None:
        self.begun.append(threading.current_thread().name)

    def end(self, **_: Any) -> None:
        self.ended.append(threading.current_thread().name)


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    signals.request_started.connect(heard.begin)
    signals.request_finished.connect(heard.end)
    yield heard
    signals.request_started.disconnect(heard.begin)
    signals.request_finished.disconnect(heard.end)


def asked(path: str) -> ApplicationCommunicator:
    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    return ApplicationCommunicator(Pages(), {**scope, "server": ("localhost", 80)})


async def answer_to(path: str) -> tuple[int, bytes]:
    client = asked(path)
    await client.send_input({"type": "http.request", "body": b""})
    start = await client.receive_output()
    body, more = b"", True
    while more:
        part = await client.receive_output()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    await client.wait()
    return start["status"], body


async def test_a_request_begins_and_ends_once_in_one_thread(heard: Heard) -> None:
    assert await answer_to("/healthz/live") == (200, b"alive\n")
    assert len(heard.begun) == 1
    assert heard.begun == heard.ended
    assert heard.begun[0].startswith("pages")


async def test_a_streamed_file_ends_once_after_it_was_sent(heard: Heard) -> None:
    status, body = await answer_to("/static/js/main.js")
    assert status == 200
    assert body
    assert len(heard.begun) == len(heard.ended) == 1


async def test_a_request_that_is_broken_off_reaches_no_view(heard: Heard) -> None:
    client = asked("/healthz/live")
    await client.send_input({"type": "http.request", "body": b"a", "more_body": True})
    await client.send_input({"type": "http.disconnect"})
    await client.wait()
    assert heard.begun == []
    assert await client.receive_nothing()
