"""The measuring of searches runs from end to end, on few messages."""

import os
import subprocess
import sys

from tests.environment import PROJECT


def test_a_small_table_is_printed_and_its_server_stopped() -> None:
    command = [sys.executable, "-m", "bench.search", "--messages", "2000", "--rounds", "2"]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=100, check=True
    )
    table = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(table) > 15
    assert "| phrase of 30 % and 30 % |" in done.stdout
    assert "Asking and finishing an answer takes" in done.stdout
