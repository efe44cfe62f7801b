"""A page that follows a conversation: reconnects, applies frames, checks each of them."""

import html
import json
import re
import threading
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

PART = re.compile(
    r'<article id="message-(?P<id>[^"]+)"(?P<head>[^>]*)>(?P<article>.*?)</article>'
    r'|<template data-frame="(?P<frame>\w+)"(?P<data>[^>]*)>(?P<inner>.*?)</template>',
    re.S,
)
BODY = re.compile(r"data-message-body[^>]*>(.*)</div>\s*<footer", re.S)
# What stands in an answer beside its text: the seam of a continuation, and thinking.
ASIDE = re.compile(r'<div class="seam".*?</div>|<details.*?</details>', re.S)
TAG = re.compile(r"<[^>]*>")
FOR_GOOD = {4400, 4401, 4403}


def value(data: str, name: str) -> str:
    found = re.search(rf'data-{name}="([^"]*)"', data)
    return found[1] if found else ""


class Article:
    def __init__(self, head: str, inner: str) -> None:
        found = BODY.search(inner)
        self.status = value(head, "status")
        self.revision = int(value(head, "revision"))
        self.kept = found[1] if found else ""
        self.blocks: dict[str, list[str]] = {}  # finished HTML and tail of each live block
        self.thinking = ""  # which of them is not text

    @property
    def words(self) -> list[str]:
        live = "".join(f + t for block, (f, t) in self.blocks.items() if block != self.thinking)
        return html.unescape(TAG.sub(" ", ASIDE.sub("", self.kept) + live)).split()


class Reader(threading.Thread):
    """Follows one conversation on whichever of `ports` answers; `wrong` must stay empty."""

    def __init__(self, ports: list[int], cookie: str, conversation: str, said: list[str]) -> None:
        super().__init__(daemon=True)
        self.ports, self.cookie, self.conversation = ports, cookie, conversation
        self.said = said  # every word that Claude will say, in order
        self.articles: dict[str, Article] = {}
        self.since = 0
        self.frames = self.connects = 0
        self.closed = 0
        self.wrong: list[str] = []
        self.changed = threading.Condition()
        self.leaving = threading.Event()

    def run(self) -> None:
        while not self.leaving.is_set() and self.closed not in FOR_GOOD:
            for port in self.ports:
                try:
                    self._follow(port)
                except (OSError, InvalidHandshake, TimeoutError, ConnectionClosed):
                    self.leaving.wait(0.1)

    def _follow(self, port: int) -> None:
        topics = f"topic=conversation:{self.conversation}&topic=list:&since={self.since}"
        with connect(
            f"ws://127.0.0.1:{port}/live/?{topics}",
            origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            open_timeout=5,
            close_timeout=0.1,
            max_size=None,
        ) as socket:
            self.connects += 1
            self._read(socket)

    def _read(self, socket: ClientConnection) -> None:
        received = unacknowledged = 0
        while not self.leaving.is_set():
            try:
                frame = str(socket.recv(timeout=0.5))
            except TimeoutError:
                continue
            except ConnectionClosed as closed:
                self.closed = closed.rcvd.code if closed.rcvd else 1006
                return
            received += 1
            unacknowledged += len(frame)
            if unacknowledged > 32 * 1024 or 'data-frame="beat"' in frame:
                unacknowledged = 0
                socket.send(json.dumps({"ack": received}))
            with self.changed:
                self.frames += 1
                self._apply(frame)
                self._check()
                self.changed.notify_all()

    def _apply(self, frame: str) -> None:
        for part in PART.finditer(frame):
            if part["id"]:
                new, old = Article(part["head"], part["article"]), self.articles.get(part["id"])
                if old is None or old.revision < new.revision:
                    self.articles[part["id"]] = new
            elif part["frame"] == "revision":
                self.since = int(value(part["data"], "value"))
            elif part["frame"] == "log":
                self.articles = {
                    inner["id"]: Article(inner["head"], inner["article"])
                    for inner in PART.finditer(part["inner"])
                }
            elif article := self.articles.get(value(part["data"], "message")):
                self._grow(article, part["frame"], part["data"], part["inner"])

    def _grow(self, article: Article, frame: str, data: str, inner: str) -> None:
        block = value(data, "block")
        if frame == "live":
            article.blocks, article.thinking = {}, ""
        elif frame == "state":
            article.status = value(data, "status")
        elif frame == "block":
            article.blocks[block] = ["", ""]
            if "block-thinking" in inner:
                article.thinking = block
        elif frame == "append":
            article.blocks[block] = [article.blocks[block][0] + inner, ""]
        elif frame == "tail":
            article.blocks[block][1] = inner
        elif frame == "code":
            head, end, rest = article.blocks[block][1].rpartition("</code>")
            article.blocks[block][1] = head + inner + end + rest

    def _check(self) -> None:
        """The last word may be half there, or be cut in two by a seam."""
        for article in list(self.articles.values())[1::2]:
            shown, whole = "".join(article.words), "".join(self.said)
            if not whole.startswith(shown):
                self.wrong.append(f"{len(self.wrong)}: …{shown[-80:]}")

    def until(self, condition: Callable[["Reader"], object], seconds: float = 60) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), seconds), self.told()

    def until_status(self, *statuses: str, seconds: float = 60) -> Article:
        self.until(lambda _: self.newest and self.newest.status in statuses, seconds)
        assert self.newest
        return self.newest

    def until_words(self, number: int) -> None:
        self.until(lambda _: self.newest and len(self.newest.words) >= number)

    @property
    def newest(self) -> Article | None:
        return list(self.articles.values())[-1] if len(self.articles) > 1 else None

    def told(self) -> str:
        newest = self.newest
        return f"{self.frames} frames, {newest and (newest.status, newest.words[-5:])}"

    def leave(self) -> None:
        self.leaving.set()
        self.join(10)
