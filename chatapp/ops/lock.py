"""One installation a data folder: the second start refuses, or waits for the first to end."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from chatapp.ops.children import StartFailed, wait_until

# An earlier start that was killed needs a moment until the kernel frees its lock
# or, orphaned, until it has noticed and says that it is stopping.
GRACE_SECONDS = 2.0


class FolderLock:
    """Held by the descriptor: the kernel lets go of it however this process ends."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "lock"
        try:
            data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StartFailed(
                f"Cannot write {self._path}: {error.strerror}. "
                "Free it, or set DATA_DIR to another folder."
            ) from None

    def take(self, address: str, patience: float) -> None:
        """Wait up to `patience` seconds if the holder is stopping. Raises StartFailed."""
        if not wait_until(self._try, GRACE_SECONDS) and not (
            self._read().get("stopping") and wait_until(self._try, patience)
        ):
            holder = self._read()
            raise StartFailed(
                f"Already running on {self._path.parent} (process {holder.get('pid')}, "
                f"{holder.get('address')}): stop it first, or set another DATA_DIR and PORT."
            )
        self._write(address, stopping=False)

    def announce_stop(self, address: str) -> None:
        self._write(address, stopping=True)

    def release(self) -> None:
        os.close(self._descriptor)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _read(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(os.pread(self._descriptor, 1000, 0))
        except ValueError:
            return {}
        return content

    def _write(self, address: str, *, stopping: bool) -> None:
        text = json.dumps({"pid": os.getpid(), "address": address, "stopping": stopping})
        os.pwrite(self._descriptor, text.encode().ljust(200), 0)
