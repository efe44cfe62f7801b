"""Every announcement is lost, doubled or out of order; pages show the same all the same."""

import pytest

from tests.faults.conftest import Make
from tests.faults.stack import words

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("fault", ["drop", "double", "reorder"])
def test_the_database_answers_when_the_bell_does_not(make_stack: Make, fault: str) -> None:
    stack = make_stack(settings=f"tests.faults.faulty_{fault}")
    stack.start_web("web", "--with-runner")
    said, ada = words(400), stack.person("web")
    reader = ada.ask("web", said)
    reader.until_status("done")
    assert reader.newest.words == said
    assert reader.wrong == []
    assert len(stack.requests() or []) == 1
