"""The health check of a container: `python -m chatapp.ops.probe web|runner` exits 0 or 1.

The runner has no port: it touches a file as long as its event loop turns.
"""

import contextlib
import http.client
import os
import sys
import tempfile
import time
from pathlib import Path

from chatapp import environment
from chatapp.environment import Environment

# One of each user: nobody can stand in the way of another.
SIGN_OF_LIFE = Path(tempfile.gettempdir()) / f"chatapp-runner-alive-{os.getuid()}"
SIGN_EVERY = 5.0  # seconds between two touches
SIGN_MISSED = 30.0  # seconds after which the runner is taken for stuck


def is_alive(env: Environment) -> bool:
    """Whether the web process of this machine answers."""
    address = env.address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(address, timeout=3)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz/live", headers={"Host": env.allowed_hosts[0]})
        return connection.getresponse().status == 200
    return False


def is_turning(sign: Path = SIGN_OF_LIFE) -> bool:
    """Whether the runner of this container touched its file lately."""
    try:
        return time.time() - sign.stat().st_mtime < SIGN_MISSED
    except OSError:
        return False


def main(what: str) -> int:
    healthy = is_turning() if what == "runner" else is_alive(environment.read())
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main("".join(sys.argv[1:])))
