"""The measuring of the support room runs from end to end, on a small room beside few answers."""

import os
import re
import subprocess
import sys

import pytest

from tests.environment import PROJECT

SMALL = "--messages 2000 --items 200 --rounds 2 --streams 2 --seconds 2"


@pytest.mark.timeout(300)
def test_a_small_room_is_measured_while_answers_are_written() -> None:
    command = [sys.executable, "-m", "bench.review", *SMALL.split()]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=280, check=True
    )
    table = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(table) > 25
    for kind in ("list", "open", "search", "claim"):
        assert f"| **all of {kind}** |" in done.stdout
    found = re.search(r"(\d+) of (\d+) answers came whole", done.stdout)
    assert found
    assert int(found[1]) == int(found[2]) > 0
