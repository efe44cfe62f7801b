"""Run a program of the embedded PostgreSQL on its database.

    .venv/bin/python -m chatapp.ops.database pg_dump --format=custom --file=chat.dump
    .venv/bin/python -m chatapp.ops.database pg_restore --clean --if-exists chat.dump
    .venv/bin/python -m chatapp.ops.database psql

Where the app does not run, the server is started for as long as it takes.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from chatapp import environment
from chatapp.environment import Environment, WrongSetting
from chatapp.ops.children import PROJECT, StartFailed
from chatapp.ops.database import binaries
from chatapp.ops.database.server import EmbeddedServer
from chatapp.ops.lock import FolderLock
from chatapp.setting_parsers import parse_database

PROGRAMS = ("pg_dump", "pg_restore", "psql")


def main(arguments: Sequence[str]) -> int | str:
    """The program's exit code, or what went wrong in one line."""
    if not arguments or arguments[0] not in PROGRAMS:
        return f"Say which program: {', '.join(PROGRAMS)}."
    try:
        env = environment.read()
        if env.database_url:
            return "DATABASE_URL is set: use the programs of that server."
        return _run(env, arguments)
    except (WrongSetting, StartFailed, OSError) as error:
        return str(error)


def _run(env: Environment, arguments: Sequence[str]) -> int:
    lock = FolderLock(env.data_dir)
    try:
        lock.take("for maintenance", patience=0)
    except StartFailed:
        if arguments[0] == "pg_restore":
            raise StartFailed("Stop the app first: it would write between the lines.") from None
        url = (env.data_dir / "database.url").read_text(encoding="ascii")
        return _call(binaries.installed(), url, arguments)
    server = EmbeddedServer(env.data_dir, PROJECT)
    try:
        server.start()
        return _call(binaries.installed(), server.url, arguments)
    finally:
        server.stop()
        lock.release()


def _call(programs: Path, url: str, arguments: Sequence[str]) -> int:
    entry = parse_database(url)
    # By the environment: on the command line everybody could read the password.
    login = {"PGHOST": entry["HOST"], "PGUSER": entry["USER"], "PGPASSWORD": entry["PASSWORD"]}
    command = [str(programs / arguments[0]), f"--dbname={entry['NAME']}", *arguments[1:]]
    return subprocess.run(command, env={**os.environ, **login}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
