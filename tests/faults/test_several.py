"""Two webs and a runner with Redis between them; each of them fails in turn."""

import random
import signal

import pytest

from tests.environment import RedisServer
from tests.faults.person import Person, shows_all
from tests.faults.said import a_text
from tests.faults.stack import Stack

pytestmark = pytest.mark.timeout(180)
NOTICED = 15.0  # seconds


@pytest.fixture(scope="module")
def bob(several: Stack) -> Person:
    """Signed in to `several`."""
    return Person(several)


def test_redis_restarted_in_mid_answer_costs_no_byte(redis: RedisServer, bob: Person) -> None:
    asked = bob.ask()
    readers = [bob.follow(asked, web) for web in ("a", "b")]
    for _ in range(2):
        readers[0].until_grown(random.randint(1, 500))
        redis.restart()
    for reader in readers:
        reader.until_status("done")
        shows_all(reader, asked.said)
    asked.is_whole()


def test_a_killed_web_hands_its_readers_to_the_other(several: Stack, bob: Person) -> None:
    asked = bob.ask()
    reader = bob.follow(asked)
    reader.until_grown(random.randint(1, 500))
    several.kill("a")
    reader.until_status("done")
    several.start_web("a")
    assert reader.connects > 1
    shows_all(reader, asked.said)
    asked.is_whole()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_dead_runner_is_followed_by_the_next(several: Stack, bob: Person, number: int) -> None:
    asked = bob.ask(a_text(300, code=False))
    reader = bob.follow(asked)
    reader.until_grown(random.randint(1, 500))
    several.kill("runner", number)
    queued = bob.ask(speed=0)
    several.start("runner", "runner")
    reader.until_status("interrupted", seconds=NOTICED)
    queued.until_kept("done")
    queued.is_whole()
    bob.continues(reader)
    reader.until_status("done")
    shows_all(reader, asked.said)
    asked.is_whole(runs=2)


def test_a_stop_on_one_web_ends_what_is_followed_on_the_other(bob: Person) -> None:
    asked = bob.ask(a_text(1000))
    reader = bob.follow(asked, "a")
    reader.until_grown(random.randint(1, 500))
    address = bob.stop_address(asked)
    for _ in range(2):
        bob.post(address, "b")
    asked.until_kept("stopped")
    asked.is_cut("stopped", reader)
    assert reader.wrong == []
