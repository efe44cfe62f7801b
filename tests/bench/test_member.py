"""The measuring of a member's room runs from end to end, on a small one."""

import os
import subprocess
import sys

import pytest

from tests.environment import PROJECT

SMALL = "--messages 3000 --conversations 60 --long 45 --rounds 2"


@pytest.mark.timeout(300)
def test_a_small_room_of_a_member_is_measured() -> None:
    command = [sys.executable, "-m", "bench.member", *SMALL.split()]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=280, check=True
    )
    for kind in ("first", "list", "open", "search"):
        assert f"| **all of {kind}** |" in done.stdout
    assert "| search in the palette |" in done.stdout
