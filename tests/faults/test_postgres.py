"""PostgreSQL dies or is restarted in mid-answer."""

import random
import signal

import pytest

from tests.faults.person import Person, shows_all
from tests.faults.stack import Served

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_database_that_comes_back_costs_no_byte(served: Served, number: int) -> None:
    eve = Person(served)
    asked = eve.ask()
    reader = eve.follow(asked)
    for _ in range(2):
        reader.until_grown(random.randint(1, 500))
        served.strike("postgres", number)
    asked.until_kept("done")
    reader.until_status("done")
    shows_all(reader, asked.said)
    asked.is_whole()
