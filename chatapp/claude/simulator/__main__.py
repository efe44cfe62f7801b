"""`python -m chatapp.claude.simulator`: serve until SIGTERM, Ctrl-C or the parent's end."""

import argparse
import asyncio
import os
import signal
import sys
from typing import Any

from chatapp.claude.simulator.pace import Pace
from chatapp.claude.simulator.parent import ask_kernel_for_signal, outlived
from chatapp.claude.simulator.server import Simulator


def main() -> int:
    options = _options()
    if options.parent_pid == os.getppid():
        ask_kernel_for_signal()
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    usual = Pace()
    parser = argparse.ArgumentParser(prog="chatapp.claude.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--speed", type=float, default=usual.speed, help="deltas a second, 0: all")
    parser.add_argument("--first", type=float, default=usual.first, help="seconds to first delta")
    parser.add_argument("--chars", type=int, default=usual.chars, help="characters a delta")
    parser.add_argument("--batch-delay", type=float, default=usual.batch, help="seconds a batch")
    parser.add_argument("--batch-lifetime", type=float, default=usual.batch_lifetime)
    parser.add_argument("--script", default="", help="directives for every request")
    parser.add_argument("--parent-pid", type=int, help="end when this process is gone")
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    pace = Pace(
        first=options.first,
        speed=options.speed,
        chars=options.chars,
        batch=options.batch_delay,
        batch_lifetime=options.batch_lifetime,
    )
    async with Simulator(options.host, options.port, pace, options.script) as simulator:
        print(f"listening on {simulator.url}", flush=True)
        waits: list[asyncio.Task[Any]] = [asyncio.create_task(done.wait())]
        if options.parent_pid:
            waits.append(asyncio.create_task(outlived(options.parent_pid)))
        _, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()


if __name__ == "__main__":
    sys.exit(main())
