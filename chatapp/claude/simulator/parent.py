"""Ending together with the process that started us."""

import asyncio
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_CHECK_EVERY = 1.0  # seconds


def ask_kernel_for_signal() -> None:
    """Have the kernel send SIGTERM when the parent dies, where it can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def outlived(parent: int) -> None:
    """Return once this process is no longer a child of `parent`, or `parent` is gone."""
    while os.getppid() == parent or (parent != os.getppid() and _alive(parent)):
        await asyncio.sleep(_CHECK_EVERY)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
