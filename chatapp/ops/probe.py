"""The health check of a container: `python -m chatapp.ops.probe` exits 0 or 1."""

import contextlib
import http.client
import sys

from chatapp import environment
from chatapp.environment import Environment


def is_alive(env: Environment, path: str = "/healthz/live") -> bool:
    """Whether the web process of this machine answers `path` with 200."""
    address = env.address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(address, timeout=3)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path, headers={"Host": env.allowed_hosts[0]})
        return connection.getresponse().status == 200
    return False


if __name__ == "__main__":
    sys.exit(0 if is_alive(environment.read()) else 1)
