"""Two starts on one data folder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatapp.ops.children import StartFailed
from chatapp.ops.lock import FolderLock
from tests.environment import PROJECT

HOLD = """
import sys, time
from pathlib import Path
from chatapp.ops.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.take("http://127.0.0.1:8000/", 0)
print("held", flush=True)
sys.stdin.readline()
lock.announce_stop("http://127.0.0.1:8000/")
print("stopping", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock; a line to it makes it stop, which takes 3 s."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path), "3"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_start_refuses_with_one_clear_line(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    with pytest.raises(StartFailed) as caught:
        FolderLock(tmp_path).take("http://127.0.0.1:8001/", patience=30)
    assert str(caught.value) == (
        f"Already running on {tmp_path} (process {holder.pid}, http://127.0.0.1:8000/): "
        "stop it first, or set another DATA_DIR and PORT."
    )


def test_a_start_waits_for_one_that_is_stopping(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert holder.stdin
    assert holder.stdout
    holder.stdin.write("stop\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "stopping\n"
    FolderLock(tmp_path).take("http://127.0.0.1:8001/", patience=30)
    assert holder.poll() is not None


def test_a_killed_holder_holds_nothing(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    lock = FolderLock(tmp_path)
    lock.take("http://127.0.0.1:8001/", patience=0)
    assert str(os.getpid()) in (tmp_path / "lock").read_text()


def test_a_lock_that_was_released_is_free(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    first.take("here", 0)
    first.release()
    FolderLock(tmp_path).take("there", 0)
