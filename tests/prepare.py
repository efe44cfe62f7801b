"""Bring what the tests need beyond Python packages: `python -m tests.prepare`.

Chromium is found, or installed: by apt-get as root on Debian, else by
Playwright's own download. Where neither is possible the browser tests are
skipped, counted and named at the end.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.finding import chromium_path, redis_path


def main() -> None:
    if chromium_path() is None:
        for command in _ways_to_chromium():
            print("Installing Chromium:", " ".join(command), flush=True)
            done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
            if done.returncode == 0 and chromium_path() is not None:
                break
    print("Chromium:", chromium_path() or "none; the browser tests will be skipped")
    print("Redis:", redis_path() or "none; the tests of several processes will be skipped")


def _ways_to_chromium() -> Iterator[list[str]]:
    is_root = os.geteuid() == 0
    # Ubuntu's package is a door to a snap, which containers cannot open.
    is_debian = Path("/etc/debian_version").exists() and not Path("/etc/lsb-release").exists()
    if is_root and is_debian and shutil.which("apt-get"):
        install = "apt-get install -y -q --no-install-recommends chromium"
        yield ["/bin/sh", "-c", f"apt-get update -q && DEBIAN_FRONTEND=noninteractive {install}"]
    flags = ["--with-deps"] if is_root and shutil.which("apt-get") else []
    yield [sys.executable, "-m", "playwright", "install", *flags, "chromium"]


if __name__ == "__main__":
    main()
