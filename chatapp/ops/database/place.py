"""Who runs the embedded server, and where its files are.

PostgreSQL refuses to run as root. Started by root, another user runs it, and
that user must be able to reach folder and binaries. Modes of folders that are
not ours are never changed: where the user cannot reach them (a clone under
/root, say), both are kept under /var/lib instead, and a pointer in the data
folder remembers it.
"""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from chatapp.ops.children import Account, StartFailed
from chatapp.ops.database import binaries

SHARED = Path("/var/lib")
POINTER = "postgres-is-at"


@dataclass(frozen=True)
class Place:
    """`home` holds the cluster, its log, socket and password; `bin` the programs."""

    home: Path
    bin: Path
    account: Account | None
    notice: str = ""


def choose(data_dir: Path, project: Path) -> Place:
    """Make the server's folder, if need be, and say who runs what. Raises StartFailed."""
    try:
        data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        if os.geteuid() != 0:
            return Place(_own_folder(data_dir / "postgres", None), binaries.installed(), None)
        return _for_another_user(data_dir, _account(project))
    except OSError as error:
        raise StartFailed(
            f"Cannot write {error.filename or data_dir}: {error.strerror}. "
            "Free it, or set DATA_DIR to another folder."
        ) from None


def _for_another_user(data_dir: Path, account: Account) -> Place:
    pointer = data_dir / POINTER
    if not pointer.exists():
        home = _own_folder(data_dir / "postgres", account)
        if _can(account, "cd", home) and _can(account, "test -x", binaries.installed() / "initdb"):
            return Place(home, binaries.installed(), account)
        if any(home.iterdir()):
            raise StartFailed(
                f"User {account.name}, who has to run PostgreSQL, can no longer reach {home}: "
                "open the folders above it to that user."
            )
        home.rmdir()
        digest = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
        pointer.write_text(str(SHARED / f"chatapp-{digest}"), encoding="utf-8")
    shared = Path(pointer.read_text(encoding="utf-8").strip())
    shared.mkdir(mode=0o755, parents=True, exist_ok=True)
    shared.chmod(0o755)
    notice = f"The database is kept in {shared}: user {account.name} cannot reach {data_dir}."
    home = _own_folder(shared / "postgres", account)
    return Place(home, binaries.copied_to(shared), account, notice)


def _own_folder(path: Path, account: Account | None) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    owner = path.stat().st_uid
    if account and owner == 0:
        os.chown(path, account.uid, account.gid)
    elif owner != (account.uid if account else os.geteuid()):
        raise StartFailed(
            f"{path} belongs to user {_name(owner)}: start as that user, or as root before "
            f"'chown -R' gives it to {account.name if account else 'you'}."
        )
    return path


def _account(project: Path) -> Account:
    """The owner of the project, else `postgres`, else `nobody`; never root."""
    owner = project.stat().st_uid
    people = {entry.pw_name: entry for entry in pwd.getpwall()}
    owners = [entry for entry in people.values() if entry.pw_uid == owner]
    for entry in (*owners, people.get("postgres"), people.get("nobody")):
        if entry and entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StartFailed(
        "PostgreSQL cannot run as root and there is no other user here: set DATABASE_URL."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _can(account: Account, test: str, path: Path) -> bool:
    # Asked of the system as that user: permissions are more than mode bits.
    shell = ["/bin/sh", "-c", f'{test} "$1"', "sh", str(path)]
    done = subprocess.run(
        shell,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
