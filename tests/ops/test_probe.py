"""The health check of a container."""

import os
import time
from pathlib import Path

from chatapp import environment
from chatapp.ops.probe import SIGN_MISSED, is_alive, is_turning
from tests.environment import free_port


def test_a_runner_that_touched_its_file_lately_is_healthy(tmp_path: Path) -> None:
    sign = tmp_path / "alive"
    assert not is_turning(sign)
    sign.touch()
    assert is_turning(sign)


def test_a_runner_that_is_stuck_is_not(tmp_path: Path) -> None:
    sign = tmp_path / "alive"
    sign.touch()
    long_ago = time.time() - SIGN_MISSED - 1
    os.utime(sign, (long_ago, long_ago))
    assert not is_turning(sign)


def test_a_web_process_that_does_not_answer_is_not_healthy(tmp_path: Path) -> None:
    env = environment.read({"DATA_DIR": str(tmp_path), "PORT": str(free_port())})
    assert not is_alive(env)
