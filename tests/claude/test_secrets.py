"""The key goes over the wire, and nowhere else."""

import io
import logging
import traceback
from collections.abc import Iterator

import pytest

from chatapp.claude import ClaudeError, Client, Config
from chatapp.claude.simulator import Simulator
from tests.claude.canned import Canned
from tests.claude.conftest import KEY, ask

FAULTS = [
    "[[sim: error 400]]",
    "[[sim: error 401]]",
    "[[sim: error 529]]",
    "[[sim: cut after 3]]",
    "[[sim: error-mid api_error after 2]]",
    "[[sim: stall after 2 for 9]]",
    "[[sim: slow-start 9]]",
    "[[sim: not-sse]]",
    "[[sim: no-stop]]",
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that anybody logs, down to the last debug line."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


async def failure(client: Client, text: str) -> ClaudeError:
    async def read() -> None:
        async with client.stream(ask(text)) as stream:
            async for _ in stream:
                pass

    with pytest.raises(ClaudeError) as caught:
        await read()
    return caught.value


def everything_about(error: BaseException) -> str:
    """Text, fields, and traceback with the variables of our frames and of all causes."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in shown.stack if "tests" not in frame.filename]
    shown.stack = traceback.StackSummary.from_list(ours)
    return "".join(shown.format()) + repr(error) + repr(vars(error)) + error.sentence  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_shows_the_key(simulator: Simulator, log: io.StringIO, fault: str) -> None:
    config = Config(KEY, simulator.url, read_timeout=0.1, max_retries=0)
    async with Client(config) as client:
        error = await failure(client, fault)
    assert KEY not in everything_about(error) + log.getvalue()
    assert error.__cause__ is None
    assert error.__context__ is None


async def test_a_refused_connection_does_not_show_the_key(
    simulator: Simulator, log: io.StringIO
) -> None:
    await simulator.stop()
    async with Client(Config(KEY, simulator.url, max_retries=1)) as client:
        error = await failure(client, "Hello?")
    assert KEY not in everything_about(error) + log.getvalue()


ECHO = f'{{"type":"error","error":{{"type":"authentication_error","message":"bad key {KEY}"}}}}'


@pytest.mark.parametrize(
    "answer",
    [
        f"HTTP/1.1 401 X\r\ncontent-length: {len(ECHO)}\r\n\r\n{ECHO}",
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
        f"content-length: {len(ECHO) + 8}\r\n\r\ndata: {ECHO}\n\n",
    ],
)
async def test_a_server_that_repeats_the_key_is_not_quoted(answer: str, log: io.StringIO) -> None:
    async with Canned(answer.encode()) as server, Client(Config(KEY, server.url)) as client:
        error = await failure(client, "Hello?")
    assert KEY.encode() in server.requests[0]
    assert KEY not in everything_about(error) + log.getvalue()
    assert "bad key [hidden]" in str(error)


async def test_the_objects_of_the_client_do_not_show_the_key(client: Client) -> None:
    async with client.stream(ask("Hello?")) as stream:
        shown = [repr(thing) for thing in (client, client.config, stream, stream.message)]
    shown += [str(vars(client)), str(client.config)]
    assert not [text for text in shown if KEY in text]


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel", "tab\t"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Config(key)
    assert not key or key not in str(caught.value)


async def test_one_header_carries_the_key() -> None:
    answer = b"HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n"
    async with Canned(answer) as server, Client(Config(KEY, server.url)) as client:
        await failure(client, "Hello?")
    head = server.requests[0].split(b"\r\n\r\n")[0].lower()
    assert head.count(KEY.encode()) == 1
    assert b"\r\nanthropic-version: 2026-10-21" in head
    assert b"\r\naccept-encoding: identity" in head
