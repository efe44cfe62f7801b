"""Ending together with the process that started us."""

import asyncio
import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_CHECK_EVERY = 1.0  # seconds


def ask_kernel_for_signal() -> None:
    """Have the kernel send SIGTERM when our parent dies, where it can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def outlived(process: int) -> None:
    """Return once that process, our parent or another, has ended.

    Asked before a parent could die unseen, and where the kernel sends no signal.
    """
    # A dead parent that nobody has collected still has its id, but no children.
    direct = os.getppid() == process
    while os.getppid() == process if direct else _alive(process):
        await asyncio.sleep(_CHECK_EVERY)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
