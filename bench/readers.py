"""The readers: open sockets first, start the chats, keep every frame with its time."""

import asyncio
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

STAMP = re.compile(r"(?<!\d)\d+\.\d{5}(?!\d)")


@dataclass
class Reading:
    """What one socket received. Times are monotonic seconds."""

    begun: float = 0.0
    frames: list[tuple[float, str]] = field(default_factory=list)
    ended: bool = False

    def ages(self) -> list[tuple[float, float]]:
        """Of each delta: when it was written, when it was first seen."""
        seen: dict[str, float] = {}
        for moment, text in self.frames:
            for stamp in STAMP.findall(text):
                seen.setdefault(stamp, moment)
        return [(float(stamp), moment) for stamp, moment in seen.items()]


@dataclass
class Figures:
    """Milliseconds; `whole` chats of all that were begun."""

    p50: float
    p99: float
    first: float
    whole: int
    deltas: int


def figures(readings: list[Reading], deltas: int, model_seconds: float) -> Figures:
    ages = [1000 * (seen - written) for r in readings for written, seen in r.ages()]
    firsts = [
        1000 * (min(seen for _, seen in r.ages()) - r.begun - model_seconds)
        for r in readings
        if r.ages()
    ]
    whole = sum(r.ended and len(r.ages()) == deltas for r in readings)
    ranked = sorted(ages) or [0.0]
    return Figures(
        p50=ranked[len(ranked) // 2],
        p99=ranked[int(len(ranked) * 0.99)],
        first=statistics.median(firsts) if firsts else 0.0,
        whole=whole,
        deltas=len(ages),
    )


Begin = Callable[[aiohttp.ClientWebSocketResponse], Awaitable[None]]


async def read(
    socket: aiohttp.ClientWebSocketResponse,
    begin: Begin,
    delay: float,
    end: re.Pattern[str],
    seconds: float,
) -> Reading:
    """Begin one chat after `delay` and follow it to the frame that holds `end`."""
    reading = Reading()

    async def start() -> None:
        await asyncio.sleep(delay)
        reading.begun = time.monotonic()
        await begin(socket)

    starting = asyncio.create_task(start())
    unacknowledged = received = 0
    try:
        async with asyncio.timeout(seconds):
            async for message in socket:
                reading.frames.append((time.monotonic(), message.data))
                received += 1
                unacknowledged += len(message.data)
                if end.search(message.data):
                    reading.ended = True
                    break
                if unacknowledged > 96 * 1024:
                    unacknowledged = 0
                    await socket.send_str(f'{{"ack": {received}}}')
    except TimeoutError:
        pass
    await starting
    return reading
