"""What an installation may cost: memory of stalled readers, CPU of long answers, leftovers."""

import socket
import time

import psutil
import pytest

from tests.faults.stack import Person, Stack, words

pytestmark = pytest.mark.timeout(240)
MEGABYTE = 1024 * 1024
TEXTS = {
    "paragraph": "word and " * 11_000,
    "code": "```python\n" + "value = compute(value) + 1\n" * 3_700 + "```\n",
    "mixed": (
        "## A title\n\nSome *text* with `code`.\n\n- one\n- two\n\n```\nx = 1\n```\n\n" * 1_500
    ),
}


def process_of(stack: Stack) -> psutil.Process:
    return psutil.Process(stack.processes["web"].pid)


def cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def yardstick() -> float:
    """CPU seconds that a fixed piece of work takes here and now: about 0.12 on our machines."""
    before = time.process_time()
    sum(number * number for number in range(3_000_000))
    return time.process_time() - before


@pytest.mark.parametrize("kind", TEXTS)
def test_a_long_answer_costs_less_cpu_than_a_fixed_piece_of_work(
    one_process: Stack, kind: str
) -> None:
    """About 17 yardsticks on two shared cores, which slow both alike."""
    ada, process = one_process.person("web"), process_of(one_process)
    ada.ask("web", ["warm"], speed=0).until_status("done")
    before = cpu_of(process)
    reader = ada.ask_for("web", TEXTS[kind], speed=2_500)
    reader.until_status("done")
    assert cpu_of(process) - before < 25 * yardstick()


def a_stalled_socket(ada: Person, conversation: str) -> socket.socket:
    """A browser that opens its socket and never reads from it."""
    stalled = socket.create_connection(("127.0.0.1", ada.stack.ports["web"]))
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host = f"127.0.0.1:{ada.stack.ports['web']}"
    lines = [
        f"GET /live/?topic=conversation:{conversation}&since=0 HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        f"Cookie: {ada.cookie}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    stalled.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return stalled


def grown(stack: Stack, stalled: int) -> float:
    """Megabytes that one large answer costs with so many readers that never read."""
    ada, process = stack.person("web"), process_of(stack)
    reader = ada.ask_for("web", "word and more words. " * 6_000, speed=1_000, chars=60)
    sockets = [a_stalled_socket(ada, reader.conversation) for _ in range(stalled)]
    before = process.memory_info().rss
    reader.until_status("done")
    after = process.memory_info().rss
    for one in sockets:
        one.close()
    return (after - before) / MEGABYTE


def test_stalled_readers_do_not_grow_the_server(one_process: Stack) -> None:
    grown(one_process, stalled=0)  # caches and arenas fill once
    alone = grown(one_process, stalled=0)
    assert grown(one_process, stalled=1) - alone < 5


def test_pages_that_come_and_go_leave_nothing(one_process: Stack) -> None:
    ada, process = one_process.person("web"), process_of(one_process)
    reader = ada.ask("web", words(4_000), speed=100)
    reader.until_words(3)
    visit(ada, reader.conversation, 100)
    memory, files = process.memory_info().rss, process.num_fds()
    visit(ada, reader.conversation, 900)
    end = time.monotonic() + 20
    while process.num_fds() > files + 3 and time.monotonic() < end:
        time.sleep(0.1)
    assert process.num_fds() <= files + 3
    # The answer itself goes on growing meanwhile; a socket that stays costs 100 KB and more.
    assert process.memory_info().rss - memory < 30 * MEGABYTE


def visit(ada: Person, conversation: str, times: int) -> None:
    """Open the socket, read the beginning of what comes, leave without a word."""
    for _ in range(times):
        with a_stalled_socket(ada, conversation) as one:
            one.settimeout(20)
            one.recv(2048)
