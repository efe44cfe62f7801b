"""Every announcement is lost, doubled or out of order; pages show the same all the same."""

import random

import pytest

from tests.faults.conftest import MakeStack
from tests.faults.person import Person, shows_all

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("fault", ["drop", "double", "reorder"])
def test_the_database_answers_when_the_bell_does_not(make_stack: MakeStack, fault: str) -> None:
    stack = make_stack("web")
    settings = {"DJANGO_SETTINGS_MODULE": "tests.faults.faulty", "FAULT": fault}
    stack.start_web("web", "--with-runner", **settings)
    ada = Person(stack)
    asked = ada.ask()
    readers = [ada.follow(asked)]
    readers[0].until_grown(random.randint(1, 500))
    readers.append(ada.follow(asked))
    for reader in readers:
        reader.until_status("done")
        shows_all(reader, asked.said)
    asked.is_whole()
    stack.kill("web")
