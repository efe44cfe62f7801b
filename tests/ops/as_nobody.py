"""Doing something as a normal user, also where the tests run as root."""

import os
import pwd
import traceback
from collections.abc import Callable
from pathlib import Path


def as_nobody(work: Callable[[], str], folder: Path) -> str:
    """What `work` answers in a forked process; as root that becomes `nobody`, who gets `folder`.

    A fork, because that user may not be able to reach the Python interpreter.
    """
    someone = pwd.getpwnam("nobody")
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, someone.pw_uid, someone.pw_gid)
        for path in folder.glob("closed"):
            os.chown(path, someone.pw_uid, someone.pw_gid)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if is_root:
                os.setgroups([])
                os.setgid(someone.pw_gid)
                os.setuid(someone.pw_uid)
            answer = work()
        except BaseException:
            answer = traceback.format_exc()
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer
