"""A page without a browser: reconnects, applies frames, compares what it shows at each of them."""

import json
import re
import threading
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.faults.said import Page, Said

PART = re.compile(
    r'<article id="message-(?P<id>[^"]+)"(?P<head>[^>]*)>(?P<article>.*?)</article>'
    r'|<template data-frame="(?P<frame>\w+)"(?P<data>[^>]*)>(?P<inner>.*?)</template>',
    re.S,
)
BODY = re.compile(r"data-message-body[^>]*>(.*)</div>\s*<footer", re.S)
FOR_GOOD = {4400, 4401, 4403}
ACKNOWLEDGE = 32 * 1024  # characters


def value(data: str, name: str) -> str:
    found = re.search(rf'data-{name}="([^"]*)"', data)
    return found[1] if found else ""


class Article:
    def __init__(self, head: str, inner: str) -> None:
        found = BODY.search(inner)
        self.role = "user" if "message-user" in head else "assistant"
        self.status = value(head, "status")
        self.revision = int(value(head, "revision"))
        self.kept = found[1] if found else ""
        # Of each live block: what opens it, finished HTML, the tail, what closes it.
        self.blocks: dict[str, list[str]] = {}

    @property
    def page(self) -> Page:
        return Page(self.kept + "".join("".join(block) for block in self.blocks.values()))


class Reader(threading.Thread):
    """Follows one conversation at `port`; `wrong` collects what should never have been shown.

    Without `said` nothing is compared.
    """

    def __init__(self, port: int, cookie: str, conversation: str, said: Said | None) -> None:
        super().__init__(daemon=True)
        self.port, self.cookie, self.conversation, self.said = port, cookie, conversation, said
        self.articles: dict[str, Article] = {}
        self.since = 0
        self.frames = self.connects = self.closed = 0
        self.wrong: list[str] = []
        self.changed = threading.Condition()
        self.leaving = threading.Event()

    def run(self) -> None:
        while not self.leaving.is_set() and self.closed not in FOR_GOOD:
            try:
                self._follow()
            except (OSError, EOFError, InvalidHandshake, ConnectionClosed):
                self.leaving.wait(0.1)

    def _follow(self) -> None:
        topics = f"topic=conversation:{self.conversation}&topic=list:&since={self.since}"
        with connect(
            f"ws://127.0.0.1:{self.port}/live/?{topics}",
            origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            open_timeout=10,
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
                with self.changed:
                    self.closed = closed.rcvd.code if closed.rcvd else 1006
                    self.changed.notify_all()
                return
            received += 1
            unacknowledged += len(frame)
            if unacknowledged > ACKNOWLEDGE or 'data-frame="beat"' in frame:
                unacknowledged = 0
                socket.send(json.dumps({"ack": received}))
            self.take(frame)

    def take(self, frame: str) -> None:
        with self.changed:
            self.frames += 1
            for part in PART.finditer(frame):
                self._apply(part)
            self._compare()
            self.changed.notify_all()

    def _apply(self, part: re.Match[str]) -> None:
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
            grow(article, part["frame"], part["data"], part["inner"])

    def _compare(self) -> None:
        answer = self.answer
        if self.said and answer and not self.said.agrees(answer.page, whole=False):
            self.wrong.append(f"at frame {self.frames}: …{answer.page.text[-80:]!r}")

    @property
    def answer(self) -> Article | None:
        answers = [one for one in self.articles.values() if one.role == "assistant"]
        return answers[-1] if answers else None

    @property
    def message(self) -> str:
        return list(self.articles)[-1]

    @property
    def shown(self) -> str:
        return self.answer.page.text if self.answer else ""

    @property
    def status(self) -> str:
        return self.answer.status if self.answer else ""

    def until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, seconds), (
                f"{self.frames} frames, {self.status}, {self.closed}: …{self.shown[-60:]!r}"
            )

    def until_status(self, *statuses: str, seconds: float = 60) -> None:
        self.until(lambda: self.status in statuses, seconds)

    def until_grown(self, characters: int) -> None:
        """Wait until that much more of the answer is shown."""
        least = len(self.shown) + characters
        self.until(lambda: len(self.shown) >= least or self.status == "done")

    def leave(self) -> None:
        self.leaving.set()


def grow(article: Article, frame: str, data: str, inner: str) -> None:
    block = value(data, "block")
    if frame == "live":
        article.blocks = {}
    elif frame == "state":
        article.status = value(data, "status")
    elif frame == "block":
        ends = ("<details>", "</details>") if "block-thinking" in inner else ("", "")
        article.blocks[block] = [ends[0], "", "", ends[1]]
    elif frame == "append":
        article.blocks[block][1] += inner
        article.blocks[block][2] = ""
    elif frame == "tail":
        article.blocks[block][2] = inner
    elif frame == "code":
        head, end, rest = article.blocks[block][2].rpartition("</code>")
        article.blocks[block][2] = head + inner + end + rest
