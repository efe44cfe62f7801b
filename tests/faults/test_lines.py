"""The line between page and server breaks, at random moments of an answer."""

import random

import pytest

from tests.faults.person import Person, shows_all
from tests.faults.proxy import Proxy
from tests.faults.stack import Stack

pytestmark = pytest.mark.timeout(180)


def gone_for_a_while(proxy: Proxy) -> None:
    proxy.is_open = False
    proxy.cut()


FAULTS = {"cut": Proxy.cut, "hung up": Proxy.hang_up, "gone": gone_for_a_while}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_line_costs_no_byte(one_process: Stack, ada: Person, fault: str) -> None:
    asked = ada.ask()
    reader = ada.follow(asked)
    for connects in range(1, 5):
        reader.until(lambda at=connects: reader.connects >= at)
        reader.until_grown(random.randint(1, 300))
        FAULTS[fault](one_process.proxy)
        reader.leaving.wait(random.random() / 2)
        one_process.proxy.is_open = True
    reader.until_status("done")
    assert reader.connects > 3
    shows_all(reader, asked.said)
    asked.is_whole()


def test_a_line_that_stalls_brings_everything_late(one_process: Stack, ada: Person) -> None:
    asked = ada.ask()
    reader = ada.follow(asked)
    for _ in range(3):
        reader.until_grown(random.randint(1, 300))
        one_process.proxy.stall()
        reader.leaving.wait(random.random())
        one_process.proxy.resume()
    reader.until_status("done")
    assert reader.connects == 1
    shows_all(reader, asked.said)
    asked.is_whole()


def test_who_comes_after_the_end_sees_all_of_it(ada: Person) -> None:
    asked = ada.ask(speed=0)
    asked.until_kept("done")
    reader = ada.follow(asked)
    reader.until_status("done")
    shows_all(reader, asked.said)


def test_ten_readers_who_come_at_any_time_see_the_same(ada: Person) -> None:
    asked = ada.ask()
    readers = [ada.follow(asked)]
    for _ in range(9):
        readers[0].until_grown(random.randint(1, 150))
        readers.append(ada.follow(asked))
    for reader in readers:
        reader.until_status("done")
        shows_all(reader, asked.said)
    asked.is_whole()
