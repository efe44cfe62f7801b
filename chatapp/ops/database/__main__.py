"""Run a program of the embedded PostgreSQL on its database while it runs.

.venv/bin/python -m chatapp.ops.database pg_dump --format=custom --file=chat.dump
.venv/bin/python -m chatapp.ops.database pg_restore --clean --if-exists chat.dump
.venv/bin/python -m chatapp.ops.database psql
"""

import os
import sys
from collections.abc import Sequence

from chatapp import environment
from chatapp.environment import WrongSetting
from chatapp.ops.children import StartFailed
from chatapp.ops.database import binaries
from chatapp.setting_parsers import parse_database

PROGRAMS = ("pg_dump", "pg_restore", "psql")


def main(arguments: Sequence[str]) -> str:
    """Become the program; returns only with what went wrong, in one line."""
    if not arguments or arguments[0] not in PROGRAMS:
        return f"Say which program: {', '.join(PROGRAMS)}."
    try:
        env = environment.read()
        if env.database_url:
            return "DATABASE_URL is set: use the programs of that server."
        program = binaries.installed() / arguments[0]
        entry = parse_database((env.data_dir / "database.url").read_text(encoding="ascii"))
    except FileNotFoundError:
        return "The database does not run: start it by 'make run'."
    except (WrongSetting, StartFailed, OSError) as error:
        return str(error)
    # By the environment: on the command line everybody could read the password.
    login = {"PGHOST": entry["HOST"], "PGUSER": entry["USER"], "PGPASSWORD": entry["PASSWORD"]}
    command = [str(program), f"--dbname={entry['NAME']}", *arguments[1:]]
    os.execve(program, command, {**os.environ, **login})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
