"""Start, watch and stop the embedded PostgreSQL."""

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

from chatapp.ops.children import StartFailed, spawn, wait_until
from chatapp.ops.database import binaries, leftover
from chatapp.ops.database.place import Place, choose

NAME = "chatapp"
LOG_LIMIT = 5_000_000  # bytes; begun anew at the first start above it
# sun_path holds 104 bytes on macOS, of which the file name takes 14.
SOCKET_FOLDER_LIMIT = 88
# A small footprint for one application; what keeps data safe is left on.
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "48MB",
    # A search that finds much would forget which rows it found, and look at whole pages of them.
    "work_mem": "16MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
CLEAN_ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
ADVICE = {
    "No space left on device": "the disk is full: free some space, then start again.",
    "Disk quota exceeded": "the disk quota is used up: free some space, then start again.",
    "Read-only file system": "the file system is read-only: set DATA_DIR to a folder on another.",
    "Permission denied": "permission denied: give the folder to the user who runs PostgreSQL.",
    "could not create shared memory": "too little shared memory: raise kernel.shmmax.",
}


class EmbeddedServer:
    """One PostgreSQL on one folder. The caller holds the lock of that folder.

    `url` is good from `start` on and stays the same over restarts. All methods
    raise StartFailed with one line for the operator.
    """

    def __init__(
        self, data_dir: Path, project: Path, options: Mapping[str, str] | None = None
    ) -> None:
        self.place: Place = choose(data_dir, project)
        self.cluster = self.place.home / "data"
        self.log = self.place.home / "log"
        self._options = {**OPTIONS, **(options or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        password = quote((self.place.home / "password").read_text(encoding="ascii"))
        query = urlencode({"host": str(self._socket_folder)})
        return f"postgresql://{NAME}:{password}@/{NAME}?{query}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, seconds: float = 60) -> None:
        """Bring the server up, making the cluster at the first time; ready on return."""
        if not self.cluster.exists():
            self._create()
        self._check_version()
        leftover.clear(self.cluster)
        self._make_socket_folder()
        # Orphans of a server that was killed may hold its memory for a moment.
        for patience in (1, 5, 0):
            if self._try_start(seconds):
                return
            if "is still in use" not in self._last_words() or not patience:
                break
            time.sleep(patience)
        self.stop()
        raise self._failure("PostgreSQL does not start", self._last_words())

    def stop(self, seconds: float = 20) -> None:
        """End all sessions, write everything, exit; after `seconds` without the last two."""
        process = self._process
        if process is None:
            return
        for number, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 10.0)):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
                break
        else:
            process.kill()
            process.wait()
        self._process = None

    def _create(self) -> None:
        password = self.place.home / "password"
        draft = self.place.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        if not password.exists():
            self._write_private(password, secrets.token_urlsafe(32))
        flags = "--auth=scram-sha-256 --data-checksums --encoding=UTF8 --locale=C"
        flags += " --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions"
        self._run(
            str(self.place.bin / "initdb"),
            f"--pgdata={draft}",
            f"--username={NAME}",
            f"--pwfile={password}",
            *flags.split(),
        )
        single = [str(self.place.bin / "postgres"), "--single", "-D", str(draft), "postgres"]
        self._run(*single, words=f"CREATE DATABASE {NAME}")
        # Only a whole cluster gets the name: a start killed before begins again.
        draft.rename(self.cluster)

    def _check_version(self) -> None:
        try:
            found = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        except OSError:
            found = "of an unknown version"
        if found != str(binaries.MAJOR):
            raise StartFailed(
                f"{self.cluster} was made by PostgreSQL {found}, but this release brings "
                f"{binaries.MAJOR}: dump it with the release that made it and restore it here "
                "(docs/operations.md, 'Upgrade')."
            )

    @property
    def _socket_folder(self) -> Path:
        inside = self.place.home / "socket"
        if len(os.fsencode(inside)) <= SOCKET_FOLDER_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
        return Path("/tmp") / f"chatapp-{digest}"

    def _make_socket_folder(self) -> None:
        folder, account = self._socket_folder, self.place.account
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        wanted = account.uid if account else os.geteuid()
        if status.st_uid == 0 and account:
            os.chown(folder, account.uid, account.gid)
        elif status.st_uid != wanted:
            raise StartFailed(f"{folder} belongs to another user: remove it, then start again.")

    def _try_start(self, seconds: float) -> bool:
        options = {**self._options, "unix_socket_directories": str(self._socket_folder)}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._open_log() as log:
            self._process = process = spawn(
                [self.place.bin / "postgres", "-D", self.cluster, *flags],
                environ=CLEAN_ENVIRON,
                output=log,
                account=self.place.account,
                death_signal=signal.SIGINT,
            )
        wait_until(lambda: self._is_ready() or process.poll() is not None, seconds)
        return self._is_ready()

    def _is_ready(self) -> bool:
        return self.pid is not None and leftover.is_ready(self.cluster, self.pid)

    def _open_log(self) -> IO[bytes]:
        is_long = self.log.exists() and self.log.stat().st_size > LOG_LIMIT
        self._log_start = 0 if is_long or not self.log.exists() else self.log.stat().st_size
        return self.log.open("wb" if is_long else "ab")

    def _last_words(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read(20_000).decode("utf-8", "replace")

    def _run(self, *command: str, words: str = "") -> None:
        account = self.place.account
        done = subprocess.run(
            command,
            input=words,
            env=CLEAN_ENVIRON,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        # The single-user server reports an error and still ends well.
        if done.returncode or "FATAL" in done.stderr or "PANIC" in done.stderr:
            raise self._failure("Cannot make the database", done.stderr)

    def _failure(self, what: str, output: str) -> StartFailed:
        for sign, advice in ADVICE.items():
            if sign in output:
                return StartFailed(f"{what} in {self.place.home}: {advice}")
        telling = [line for line in output.splitlines() if "FATAL" in line or "error" in line]
        reason = (telling or output.splitlines() or ["no reason given"])[-1].strip()
        return StartFailed(f"{what} in {self.place.home}: {reason} (log: {self.log})")

    def _write_private(self, path: Path, text: str) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        if self.place.account:
            os.chown(path, self.place.account.uid, self.place.account.gid)
