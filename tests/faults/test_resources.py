"""What an installation may cost: memory of stalled readers, CPU of long answers, leftovers."""

import socket
from contextlib import ExitStack

import psutil
import pytest

from chatapp.ops.children import wait_until
from tests.faults.conftest import MakeStack
from tests.faults.person import Person
from tests.faults.said import Said, a_text

pytestmark = pytest.mark.timeout(300)
MEGABYTE = 1024 * 1024
TEXTS = {
    "paragraph": "word and " * 11_400,
    "list": "- an item of the list\n" * 4_700,
    "code": "```python\n" + "value = compute(value) + 1\n" * 3_800 + "```\n",
    "mixed": (
        "## A title\n\nSome *text* with `code`.\n\n- one\n- two\n\n```\nx = 1\n```\n\n" * 1_500
    ),
}


@pytest.fixture(scope="module")
def max(make_stack: MakeStack) -> Person:
    """Signed in to a process with room for answers of many megabytes."""
    stack = make_stack("web")
    settings = {"DJANGO_SETTINGS_MODULE": "tests.faults.roomy"}
    stack.start_web("web", "--with-runner", **settings)
    max = Person(stack)
    max.ask(a_text(300), speed=0).until_kept("done")  # caches fill once
    return max


def cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_long_answer_costs_under_two_seconds_of_cpu(max: Person, kind: str) -> None:
    assert len(TEXTS[kind]) > 100 * 1024
    process = max.stack.process("web")
    before = cpu_of(process)
    asked = max.ask(Said(TEXTS[kind].strip(), ""), speed=2_500)
    reader = max.follow(asked, compared=False)
    reader.until_status("done")
    assert cpu_of(process) - before < 2.0
    assert asked.stack.kept(asked.conversation).text == asked.said.source
    reader.leave()


def a_stalled_socket(person: Person, conversation: str) -> socket.socket:
    """A page that opens its socket and never reads from it."""
    port = person.stack.ports["web"]
    stalled = socket.create_connection(("127.0.0.1", port))
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lines = [
        f"GET /live/?topic=conversation:{conversation}&since=0 HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        f"Cookie: {person.cookie}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    stalled.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return stalled


def memory_after(person: Person, stalled: int) -> int:
    """What the process holds when 5 MB were streamed past so many readers that never read."""
    giant = "[[sim: thinking off]] [[sim: speed 2000]] [[sim: delta 500]] [[sim: giant 5000000]]"
    asked = person.ask_for(giant)
    reader = person.follow(asked, compared=False)
    with ExitStack() as sockets:
        for _ in range(stalled):
            sockets.enter_context(a_stalled_socket(person, asked.conversation))
        reader.until_status("done", seconds=120)
        after = person.stack.process("web").memory_info().rss
    assert len(asked.stack.kept(asked.conversation).text) == 5_000_000
    assert reader.frames > 50  # whoever reads is not held up
    reader.leave()
    return after


def test_stalled_readers_do_not_grow_the_server(max: Person) -> None:
    memory_after(max, stalled=0)
    alone = memory_after(max, stalled=0)
    assert memory_after(max, stalled=3) - alone < 5 * MEGABYTE


def visit(person: Person, conversation: str, times: int) -> None:
    """Open the socket, read the beginning of what comes, leave without a word."""
    for _ in range(times):
        with a_stalled_socket(person, conversation) as one:
            one.settimeout(30)
            one.recv(2048)


def holdings(person: Person) -> dict[str, int]:
    """What could be left behind, by name."""
    asked = person.http.get(f"{person.address('web')}/holdings/")
    return {"files": person.stack.process("web").num_fds(), **asked.json()}


def test_pages_that_come_and_go_leave_nothing(max: Person) -> None:
    asked = max.ask(a_text(2_000), speed=20)
    process = max.stack.process("web")
    visit(max, asked.conversation, 100)
    assert wait_until(lambda: holdings(max)["sockets"] == 0, 30)
    before, memory = holdings(max), process.memory_info().rss
    visit(max, asked.conversation, 900)
    assert wait_until(lambda: holdings(max)["sockets"] == 0, 30)
    after = holdings(max)
    assert all(after[name] <= before[name] + 3 for name in before), (before, after)
    assert process.memory_info().rss - memory < 10 * MEGABYTE
    max.post(max.stop_address(asked))
