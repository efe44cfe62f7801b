"""Answers that are ended from outside, while they are written or just as they end."""

import random
import threading
from contextlib import suppress

import httpx
import pytest

from tests.faults.person import Asked, Person, shows_all
from tests.faults.reader import Reader
from tests.faults.said import a_text
from tests.faults.stack import Stack

pytestmark = pytest.mark.timeout(180)


def stop_twice(ada: Person, asked: Asked) -> None:
    """Two at once, as by two tabs; each with a client of its own."""
    address = ada.stop_address(asked)
    threads = [threading.Thread(target=Person(ada.stack).post, args=[address]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_stops_are_one_end(ada: Person) -> None:
    asked = ada.ask(a_text(1000))
    reader = ada.follow(asked)
    reader.until_grown(random.randint(1, 500))
    stop_twice(ada, asked)
    asked.until_kept("stopped")
    asked.is_cut("stopped", reader)
    assert reader.wrong == []


@pytest.mark.parametrize("words", [5, 40, 80])
def test_a_stop_that_meets_the_end_gives_one_end(ada: Person, words: int) -> None:
    asked = ada.ask(a_text(words), speed=200)
    reader = ada.follow(asked)
    address = ada.stop_address(asked)
    reader.until_grown(max(1, len(asked.said.seen) - random.randint(0, 60)))
    if address:
        ada.post(address)
    asked.until_kept("done", "stopped")
    if asked.stack.kept(asked.conversation).status == "stopped":
        asked.is_cut("stopped", reader)
    else:
        reader.until_status("done")
        shows_all(reader, asked.said)
        asked.is_whole()


def try_to_stop(ada: Person, address: str) -> None:
    with suppress(httpx.TransportError, AssertionError):
        ada.post(address)


def test_a_stop_that_meets_a_crash_gives_one_end(one_process: Stack, ada: Person) -> None:
    asked = ada.ask(a_text(1000))
    reader = ada.follow(asked)
    address = ada.stop_address(asked)
    reader.until_grown(random.randint(1, 500))
    stop = threading.Thread(target=try_to_stop, args=[ada, address])
    stop.start()
    reader.leaving.wait(random.random() / 20)
    one_process.kill("web")
    stop.join()
    one_process.start_web("web", "--with-runner")
    asked.until_kept("stopped", "interrupted")
    asked.is_cut(asked.stack.kept(asked.conversation).status, reader)
    assert reader.wrong == []


def test_a_deleted_conversation_is_gone_for_who_follows(one_process: Stack, ada: Person) -> None:
    asked = ada.ask(a_text(1000))
    reader = ada.follow(asked)
    reader.until_grown(random.randint(1, 500))
    ada.post(f"/c/{asked.conversation}/delete/")
    reader.until(lambda: not reader.articles)
    kept = one_process.kept(asked.conversation)
    assert (kept.text, kept.runs) == ("", [])
    late = ada.follow(asked)
    late.until(lambda: late.closed)
    assert (late.closed, late.frames) == (4403, 0)
    assert reader.articles == {}


def test_no_byte_comes_after_signing_out(one_process: Stack) -> None:
    eve = Person(one_process)
    asked = eve.ask()
    reader = eve.follow(asked)
    reader.until_grown(random.randint(1, 500))
    cookie = eve.cookie
    eve.post("/accounts/logout/")
    reader.until(lambda: reader.closed)
    frames = reader.frames
    asked.until_kept("done")  # an answer goes on without a reader
    asked.is_whole()
    late = Reader(one_process.proxy.port, cookie, asked.conversation, asked.said)
    late.start()
    late.until(lambda: late.closed)
    assert (reader.closed, reader.frames) == (4401, frames)
    assert (late.closed, late.frames) == (4401, 0)
