"""A server that an earlier start left behind, after `kill -9` or a power cut."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from chatapp.ops.children import StartFailed, wait_until


def clear(cluster: Path) -> None:
    """Stop a server that still runs on `cluster`, and make a stale pid file harmless.

    The caller holds the lock of the data folder, so whatever runs there has no
    master any more. Raises StartFailed if it cannot be stopped.
    """
    pid = running_pid(cluster)
    if pid is None:
        return
    if _serves(pid, cluster):
        _stop(pid)
    elif _is_alive(pid):
        # The number was given to another process meanwhile, and PostgreSQL would
        # refuse to start. Our own number it ignores, as its parent's; the rest of
        # the file must stay, for it leads to shared memory still in use.
        path = cluster / "postmaster.pid"
        rest = path.read_text().split("\n")[1:]
        path.write_text("\n".join([str(os.getpid()), *rest]))


def running_pid(cluster: Path) -> int | None:
    """What `postmaster.pid` says, true or stale."""
    try:
        return abs(int((cluster / "postmaster.pid").read_text().split("\n")[0]))
    except (OSError, ValueError):
        return None


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether this very server takes connections: it writes so into line 8 of its pid file."""
    try:
        lines = (cluster / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    return lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready"


def _stop(pid: int) -> None:
    # SIGINT ends sessions and writes a checkpoint; SIGQUIT leaves that to recovery.
    for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        except PermissionError:
            break
        if wait_until(lambda: not _is_alive(pid), patience):
            return
    raise StartFailed(f"An earlier PostgreSQL (process {pid}) does not stop: end it, then start.")


def _serves(pid: int, cluster: Path) -> bool:
    command = _command(pid)
    return "postgres" in command and str(cluster) in command


def _command(pid: int) -> str:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            return ""
    listing = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout


def _is_alive(pid: int) -> bool:
    if sys.platform == "linux":
        # A zombie waits for its parent and holds nothing; kill(pid, 0) would see it.
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
