"""`python -m bench [--streams 1,10,100,400,800] [--seconds 5]`: print the table."""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiohttp

from bench.model import FIRST_SECONDS
from bench.readers import Figures, figures, read
from bench.systems import OTHER_CORE, PROJECT, App, Floor, Process, System
from chatapp.ops.database.server import EmbeddedServer

MODEL_PORT = 8790
MODEL_URL = f"http://127.0.0.1:{MODEL_PORT}"
RATE = 50.0  # deltas a second and stream
HEAD = "| system | streams | p50 ms | p99 ms | first ms | CPU ms/1000 | KB/stream | whole |"


async def measure(system: System, streams: int, deltas: int, spread: float) -> Figures:
    """Open all sockets, begin the chats over `spread` seconds, read them to the end."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        sockets = [await system.open(session, at) for at in range(streams)]
        await asyncio.sleep(1)
        readings = await asyncio.gather(
            *(
                read(
                    socket,
                    lambda s, at=at: system.begin(session, at, s),  # type: ignore[misc]
                    spread * at / streams,
                    system.end,
                    deltas / RATE + 30,
                )
                for at, socket in enumerate(sockets)
            )
        )
    return figures(list(readings), deltas, FIRST_SECONDS)


def row(name: str, make: Callable[[], System], streams: int, deltas: int) -> str:
    """Start the system afresh, measure it, stop it; one line of the table."""
    system = make()
    try:
        before = system.process.cpu
        idle = system.process.memory
        found = asyncio.run(measure(system, streams, deltas, spread=1.0))
        cpu = 1e6 * (system.process.cpu - before) / max(1, found.deltas)
        memory = (system.process.memory - idle) / 1024 / streams
    finally:
        system.process.stop()
    return (
        f"| {name} | {streams} | {found.p50:.0f} | {found.p99:.0f} | {found.first:.0f} "
        f"| {cpu:.0f} | {memory:.0f} | {found.whole}/{streams} |"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--streams", default="1,10,100,400,800")
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--only", default="floor,app")
    asked = options.parse_args()
    deltas = int(asked.seconds * RATE)
    sizes = [int(size) for size in asked.streams.split(",")]
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder), PROJECT)
        server.start()
        os.environ.update(DATABASE_URL=server.url, DATA_DIR=folder, SIMULATED="1")
        try:
            table(sizes, deltas, asked.only.split(","))
        finally:
            server.stop()


def table(sizes: list[int], deltas: int, only: list[str]) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "chatapp.settings"
    django.setup()
    from django.core.management import call_command

    from bench.people import make_people

    call_command("migrate", verbosity=0)
    people = make_people(max(sizes)) if "app" in only else []
    model = Process(["-m", "bench.model", str(MODEL_PORT), str(deltas), str(RATE)], {}, OTHER_CORE)
    os.sched_setaffinity(0, OTHER_CORE)
    try:
        print(HEAD, "|".join([""] + ["---"] * 8 + [""]), sep="\n", flush=True)
        for size in sizes:
            if "floor" in only:
                print(row("floor", lambda: Floor(MODEL_URL), size, deltas), flush=True)
            if "app" in only:
                print(row("app", lambda: App(MODEL_URL, people), size, deltas), flush=True)
    finally:
        model.stop()


if __name__ == "__main__":
    main()
