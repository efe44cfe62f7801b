"""The reading of one file, as a process of its own: `python -m … FILE FOLDER`.

It has little memory and time, no secrets in its environment, and may die: then the file is
refused. What it tells goes to standard output, what Claude is given into the folder.
"""

import os
import resource
import sys
from pathlib import Path

from chatapp.conversations.files.documents import read_office, read_pdf
from chatapp.conversations.files.images import read_image
from chatapp.conversations.files.kinds import IMAGES, OFFICE, CannotUse, format_of
from chatapp.conversations.files.limits import MEGABYTE, READING_MEMORY, READING_SECONDS
from chatapp.conversations.files.read import Read
from chatapp.conversations.files.texts import read_text

REFUSED = 3  # the exit code for a file that cannot be used; why stands on standard output
LIMITS = {
    resource.RLIMIT_AS: READING_MEMORY,
    resource.RLIMIT_CPU: READING_SECONDS,
    resource.RLIMIT_FSIZE: 64 * MEGABYTE,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}


def read(path: Path, into: Path) -> Read:
    """Raises CannotUse."""
    format = format_of(path)
    if format == "webp" or format in IMAGES.values():
        return read_image(path, format, into)
    if format == "pdf":
        return read_pdf(path)
    if format in OFFICE.values():
        return read_office(path, format, into)
    return read_text(path, into)


def main(path: str, folder: str) -> int:
    os.nice(5)
    for limit, value in LIMITS.items():
        hard = resource.getrlimit(limit)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (most, most))
    try:
        print(read(Path(path), Path(folder)).as_json())
    except CannotUse as error:
        print(error)
        return REFUSED
    except MemoryError:
        print("too much inside")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
