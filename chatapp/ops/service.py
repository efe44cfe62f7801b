"""A child that is kept running."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from chatapp.ops.children import say, spawn

FIRST_DELAY = 0.2  # seconds before a restart, doubled each time
LONGEST_DELAY = 10.0
GOOD_LIFE = 30.0  # who lived so long begins again with the first delay


class Service:
    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        environ: Mapping[str, str],
        *,
        is_quiet: bool = False,
    ) -> None:
        """`is_quiet` keeps back what it says, but not what it complains of."""
        self.name = name
        self._command = command
        self._environ = environ
        self._is_quiet = is_quiet
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._next_start = 0.0
        self._delay = FIRST_DELAY

    @property
    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def start(self) -> None:
        self._started = time.monotonic()
        output = subprocess.DEVNULL if self._is_quiet else None
        self._process = spawn(self._command, environ=self._environ, output=output)

    def tend(self) -> None:
        """Call this often: notices an end, says so in one line, and starts again in time."""
        if self._process is not None and self._process.poll() is not None:
            now = time.monotonic()
            if now - self._started > GOOD_LIFE:
                self._delay = FIRST_DELAY
            say(f"{self.name} ended ({_how(self._process.returncode)}); starting it again.")
            self._process = None
            self._next_start = now + self._delay
            self._delay = min(2 * self._delay, LONGEST_DELAY)
        if self._process is None and time.monotonic() >= self._next_start:
            self.start()

    def stop(self, seconds: float) -> None:
        """Ask it to end; insist after `seconds`."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            say(f"{self.name} does not end in {seconds:.0f} s; killing it.")
            self.kill()
        self._process = None

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
