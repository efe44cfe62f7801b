"""`python -m bench.streams <url> <people.json> <deltas> <rate>`: answers that never end for long.

Each person follows an answer to its end and asks again, until this process is told to end;
it then prints how fast and how whole the answers came. The beginnings are spread evenly.
"""

import asyncio
import json
import signal
import sys
import uuid
from pathlib import Path

import aiohttp

from bench.readers import Reading, read
from bench.systems import App

PATIENCE = 60.0  # seconds beyond what an answer takes
HEAD_START = 2.0


class Load:
    """The streams, and what became of them."""

    def __init__(self, url: str, deltas: int, rate: float) -> None:
        self.url, self.deltas, self.seconds = url, deltas, deltas / rate
        self.ages: list[float] = []  # of deltas when they were seen, ms
        self.ended = self.whole = 0

    async def keep_asking(
        self, session: aiohttp.ClientSession, person: dict[str, str], delay: float
    ) -> None:
        await asyncio.sleep(delay)
        headers = {"Cookie": person["cookie"], "Origin": self.url}
        topics = f"?topic=conversation:{person['conversation']}&since=9999"
        while True:
            async with session.ws_connect(
                f"{self.url}/live/{topics}", headers=headers, max_msg_size=0
            ) as socket:
                reading = await read(
                    socket,
                    lambda _: self._ask(session, person),
                    0.0,
                    App.end,
                    self.seconds + PATIENCE,
                )
            self._count(reading)

    async def _ask(self, session: aiohttp.ClientSession, person: dict[str, str]) -> None:
        reply = await session.post(
            f"{self.url}/c/{person['conversation']}/messages/",
            data={"message_id": str(uuid.uuid4()), "text": "Tell me the time, again and again."},
            headers={
                "Cookie": person["cookie"],
                "X-CSRFToken": person["token"],
                "HX-Request": "true",
            },
        )
        await reply.read()
        if reply.status != 200:
            raise SystemExit(f"The app answered {reply.status} to a message.")

    def _count(self, reading: Reading) -> None:
        ages = reading.ages()
        self.ages += [1_000 * (seen - written) for written, seen in ages]
        self.ended += 1
        self.whole += reading.ended and len(ages) == self.deltas

    def told(self) -> str:
        ranked = sorted(self.ages) or [0.0]
        half, most = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)]
        return (
            f"{self.whole} of {self.ended} answers came whole; their words were seen after "
            f"{half:.0f} ms at the median, {most:.0f} at the 99th percentile."
        )


async def main(url: str, people: list[dict[str, str]], deltas: int, rate: float) -> None:
    load, told_to_end = Load(url, deltas, rate), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_end.set)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(load.keep_asking(session, person, load.seconds * at / len(people)))
            for at, person in enumerate(people)
        ]
        await asyncio.sleep(load.seconds + HEAD_START)
        print("All answers are being written.", flush=True)
        await told_to_end.wait()
        for task in tasks:
            task.cancel()
    print(load.told(), flush=True)


if __name__ == "__main__":
    url, file, deltas, rate = sys.argv[1:]
    asyncio.run(main(url, json.loads(Path(file).read_text()), int(deltas), float(rate)))
