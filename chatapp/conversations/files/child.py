"""Have a file read by a process of its own, and live through its death."""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore

from django.conf import settings
from django.utils.translation import gettext as _

from chatapp.conversations.files import reading
from chatapp.conversations.files.limits import READING_AT_ONCE, READING_SECONDS
from chatapp.conversations.files.read import Read
from chatapp.conversations.files.refusals import sentence_of
from chatapp.errors import ChatappError, Unusable


class TooBusy(ChatappError):
    status = 503


@lru_cache(maxsize=1)
def _places() -> BoundedSemaphore:
    return BoundedSemaphore(READING_AT_ONCE)


def read_apart(path: Path, into: Path) -> Read:
    """What the file is; what Claude is given of it lies in the folder then.

    Raises Unusable, and TooBusy while others are being read.
    """
    # To wait here would keep a thread from serving pages; the browser asks again.
    if not _places().acquire(blocking=False):
        raise TooBusy(_("Many files are being read just now. Try again in a moment."))
    try:
        done = subprocess.run(
            [sys.executable, "-m", reading.__name__, path, into],
            cwd=settings.BASE_DIR,
            # Nothing else of ours: no key, no database.
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=READING_SECONDS + 10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unusable(sentence_of("broken")) from None
    finally:
        _places().release()
    told = done.stdout.decode(errors="replace").strip()
    if done.returncode != 0:
        raise Unusable(sentence_of(told if done.returncode == reading.REFUSED else "broken"))
    return Read.from_json(told)
