"""Child processes that cannot outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class StartFailed(Exception):
    """Something could not be started; the text is one line for the operator."""


@dataclass(frozen=True)
class Account:
    """The user whom a child runs as, instead of root."""

    name: str
    uid: int
    gid: int


def spawn(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    output: IO[bytes] | int | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, out of reach of the terminal's Ctrl-C.

    Where the system can (Linux), the child gets `death_signal` when this thread
    dies in whatever way; elsewhere the child has to watch by `end_with_parent`,
    or the next start has to clear it away. Raises StartFailed.
    """
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            # Errors go to a log as well, but never into nothing.
            stderr=subprocess.STDOUT if output not in (None, subprocess.DEVNULL) else None,
            cwd="/",
            start_new_session=True,
            # Safe as long as the parent has one thread, and ours has.
            preexec_fn=_bound_to_parent(death_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError as error:
        raise StartFailed(f"Cannot start {command[0]}: {error.strerror}.") from None


def _bound_to_parent(death_signal: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    # Loaded before the fork: a lock held by another thread would hang the child.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def bind() -> None:
        # Runs after the change of user, which would have cleared the setting.
        prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def end_with_parent(number: int, parent: int | None = None) -> None:
    """Send `number` to this process when `parent`, by default the present one, has ended."""
    parent = parent or os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), number)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask every 20 ms; whether it became true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def say(line: str) -> None:
    """Tell the operator."""
    print(line, flush=True)
