"""The one WebSocket consumer: what a page follows, sent as far as it has acknowledged."""

import asyncio
import json
import logging
from collections import deque
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from chatapp.accounts.manners import Manner, language_of_browser, manner_of
from chatapp.accounts.models import User
from chatapp.accounts.sessions import user_of_session
from chatapp.live.hub import hub
from chatapp.live.threads import in_database
from chatapp.live.topics import Follower, follow, is_allowed

logger = logging.getLogger(__name__)

SIGNED_OUT, FORBIDDEN, MALFORMED = 4401, 4403, 4400
TRY_AGAIN = 1011  # RFC 6455: an unexpected condition; browsers reconnect
MOST_TOPICS = 8
# Daphne buffers without limit what a slow reader leaves, so we stop here (daphne#170).
WINDOW = 256 * 1024  # characters that may be on their way unacknowledged
BEAT = '<template data-frame="beat"></template>'


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Follows the topics of its query string until the page or the right goes."""

    user_id = 0

    async def connect(self) -> None:
        self.followers: list[Follower] = []
        self.sent: deque[int] = deque()  # sizes of the frames not yet acknowledged
        self.acknowledged = self.on_the_way = 0
        self.pump: asyncio.Task[None] | None = None
        self.closing = False
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self.topics = query.get("topic", [])[:MOST_TOPICS]
        self.manner = Manner(self._language_of_browser(), "")
        since = query.get("since", ["0"])[0]
        # Accepted before it is refused: a refused handshake is a bare 1006 to
        # the browser, which would try again for ever.
        await self.accept()
        user = await self._authorise()
        if user is None:
            return
        self.user_id = user.pk
        first = int(since) if since.isdecimal() and len(since) < 18 else 0
        self.followers = [follow(user, topic, first) for topic in self.topics]
        # Subscribed first, read after: what happens in between is heard.
        hub().add(self)
        await self.wake()

    async def disconnect(self, code: int) -> None:
        self.closing = True
        hub().remove(self)
        if self.pump:
            self.pump.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        acknowledged = _acknowledgement(text_data)
        if acknowledged is None:
            await self._shut(MALFORMED)
        elif await self._authorise() is not None:
            while self.acknowledged < acknowledged and self.sent:
                self.on_the_way -= self.sent.popleft()
                self.acknowledged += 1
            await self.wake()

    async def wake(self) -> None:
        """Send what is new; in a task of its own where that needs the database."""
        if self.closing or self.pump:
            return
        if self._is_quick():
            await self._send_news()
        else:
            self.pump = asyncio.create_task(self._pump(), name="socket reads")

    async def told(self) -> None:
        """Ends when nothing is being read for this page any more."""
        while self.pump and not self.pump.done():
            await asyncio.wait([self.pump])

    async def recheck(self) -> None:
        if not self.closing:
            await self._authorise()

    async def beat(self) -> None:
        if self._has_room():
            await self._send(BEAT)

    async def _pump(self) -> None:
        await self._send_news()
        self.pump = None
        if self._has_room() and not self._is_quick():
            await self.wake()

    def _is_quick(self) -> bool:
        return all(follower.is_quick() for follower in self.followers)

    async def _send_news(self) -> None:
        try:
            with self.manner.used():
                await self._send_frames()
        except Exception:  # top of the task loop
            # The page comes back by itself and is shown everything anew.
            logger.exception("A page could not be told")
            await self._shut(TRY_AGAIN)

    async def _send_frames(self) -> None:
        for follower in self.followers:
            if self._has_room() and (frame := await follower.frame()):
                await self._send(frame)
            if follower.pause:
                self._wake_in(follower.pause)
                follower.pause = 0.0

    def _wake_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: loop.create_task(self.wake()))

    async def _send(self, frame: str) -> None:
        self.sent.append(len(frame))
        self.on_the_way += len(frame)
        await self.send(text_data=frame)

    def _has_room(self) -> bool:
        return self.on_the_way < WINDOW and not self.closing

    async def _authorise(self) -> User | None:
        """The person, asked afresh; closes the socket if any topic is not theirs."""
        session_key = self.scope["session"].session_key or ""
        user, allowed = await in_database(_rights, session_key, self.topics)
        if user is None:
            await self._shut(SIGNED_OUT)
        elif not allowed:
            await self._shut(FORBIDDEN)
        else:
            # As they want it by now: they may have chosen another language since.
            self.manner = manner_of(user, self._language_of_browser())
            return user
        return None

    def _language_of_browser(self) -> str:
        headers = {name.decode("latin-1"): value for name, value in self.scope["headers"]}
        accepted = headers.get("accept-language", b"").decode("latin-1")
        return language_of_browser(accepted)

    async def _shut(self, code: int) -> None:
        if not self.closing:
            self.closing = True
            hub().remove(self)
            await self.close(code)


def _rights(session_key: str, topics: list[str]) -> tuple[User | None, bool]:
    user = user_of_session(session_key) if session_key else None
    return user, user is not None and all(is_allowed(user, topic) for topic in topics)


def _acknowledgement(text: str | None) -> int | None:
    """The number in `{"ack": n}`, or None for anything else."""
    try:
        frame = json.loads(text or "")
    except (ValueError, RecursionError):  # the latter for ten thousand brackets
        return None
    number = frame.get("ack") if isinstance(frame, dict) else None
    return number if type(number) is int and number >= 0 else None
