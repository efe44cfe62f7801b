"""One hub a process: hears the doorbell and wakes the sockets that follow."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Protocol

from channels.layers import get_channel_layer

from chatapp.live.doorbell import BELL, GROUP
from chatapp.live.topics import KINDS, Follower
from chatapp.observability.metrics import METRICS

logger = logging.getLogger(__name__)

SOCKETS = METRICS.gauge("chatapp_sockets", "Open pages that follow something.")

REFRESH_SECONDS = 2.0  # how late a page is at most when an announcement was lost
RECHECK_SECONDS = 20.0  # how long a right that was withdrawn can outlive itself
BEAT_SECONDS = 20.0  # proxies close what is silent for a minute


class Socket(Protocol):
    user_id: int
    followers: list[Follower]

    async def wake(self) -> None: ...
    async def told(self) -> None: ...
    async def recheck(self) -> None: ...
    async def beat(self) -> None: ...


class Hub:
    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.by_topic: dict[str, dict[Follower, Socket]] = defaultdict(dict)
        self.listeners: dict[str, set[Callable[[dict[str, Any]], None]]] = defaultdict(set)
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        if not self.tasks:
            self.tasks = [
                asyncio.create_task(BELL.keep_ringing(), name="hub rings"),
                asyncio.create_task(self._keep_hearing(), name="hub hears"),
                asyncio.create_task(self._every(REFRESH_SECONDS, self.refresh), name="hub reads"),
                asyncio.create_task(self._every(RECHECK_SECONDS, self.recheck), name="hub asks"),
                asyncio.create_task(self._every(BEAT_SECONDS, self.beat), name="hub beats"),
            ]

    async def stop(self) -> None:
        tasks, self.tasks = self.tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def add(self, socket: Socket) -> None:
        self.start()
        self.sockets.add(socket)
        SOCKETS.set(len(self.sockets))
        for follower in socket.followers:
            self.by_topic[follower.topic][follower] = socket

    def remove(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        SOCKETS.set(len(self.sockets))
        for follower in socket.followers:
            followers = self.by_topic.get(follower.topic, {})
            followers.pop(follower, None)
            if not followers:
                self.by_topic.pop(follower.topic, None)

    def listen(self, topic: str, listener: Callable[[dict[str, Any]], None]) -> None:
        """Have `listener` called with every announcement of a topic in this process."""
        self.start()
        self.listeners[topic].add(listener)

    async def hear(self, news: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Tell all who follow, then wake each socket once."""
        awake: dict[Socket, None] = {}
        for topic, what in news:
            for follower, socket in self.by_topic.get(topic, {}).items():
                follower.hear(what)
                awake[socket] = None
            for listener in self.listeners.get(topic, ()):
                listener(what)
            if topic == "people:":
                await self._recheck_person(what.get("user"))
        for socket in awake:
            await socket.wake()

    async def refresh(self) -> None:
        by_kind: dict[str, list[Follower]] = defaultdict(list)
        for topic, followers in self.by_topic.items():
            by_kind[topic.partition(":")[0]].extend(followers)
        for name, followers_of_kind in by_kind.items():
            await KINDS[name].refresh(followers_of_kind)
        for socket in list(self.sockets):
            await socket.wake()

    async def tell_all(self) -> None:
        """What is known by now, to every page; ends when it is on its way to all."""
        await self.refresh()
        await asyncio.gather(*(socket.told() for socket in list(self.sockets)))

    async def recheck(self) -> None:
        for socket in list(self.sockets):
            await socket.recheck()

    async def beat(self) -> None:
        for socket in list(self.sockets):
            await socket.beat()

    async def _recheck_person(self, user_id: object) -> None:
        for socket in [s for s in self.sockets if s.user_id == user_id]:
            await socket.recheck()

    async def _keep_hearing(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        while True:
            try:
                # Joining again costs nothing and heals a membership that the
                # layer lost: it forgets a group when one message expired.
                await layer.group_add(GROUP, channel)
                async with asyncio.timeout(10):
                    while True:
                        message = await layer.receive(channel)
                        await self.hear(json.loads(message["news"]))
            except TimeoutError:
                continue
            except Exception:  # top of the task loop
                logger.exception("The hub stumbled while hearing")
                await asyncio.sleep(1)

    async def _every(self, seconds: float, work: Callable[[], Any]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Exception:  # top of the task loop
                logger.exception("The hub stumbled in %s", work.__name__)


@lru_cache(maxsize=8)
def _hub_of(loop: asyncio.AbstractEventLoop) -> Hub:
    return Hub()


def hub() -> Hub:
    """The hub of the running event loop."""
    return _hub_of(asyncio.get_running_loop())
