"""Someone who signs in, asks, and follows; and the check that all of it is right."""

import re
import uuid
from dataclasses import dataclass

import httpx

from chatapp.ops.children import wait_until
from tests.faults.reader import Reader
from tests.faults.said import Said, a_text, bare
from tests.faults.stack import EMAIL, PASSWORD, WAIT_SECONDS, Stack

NOTHING = Said("", "")


@dataclass(frozen=True)
class Asked:
    """A question that was sent, and what the answer to it will be."""

    stack: Stack
    conversation: str
    said: Said

    def until_kept(self, *statuses: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until the database has the answer in that state, whoever looks on."""
        kept = self.stack.kept
        assert wait_until(lambda: kept(self.conversation).status in statuses, seconds), kept(
            self.conversation
        )

    def is_whole(self, *, runs: int = 1) -> None:
        """The database holds what Claude sent, byte for byte, asked for once a run."""
        kept, sent = self.stack.kept(self.conversation), self._sent()
        assert len(sent) == len(kept.runs) == runs
        assert kept.status == kept.runs[-1] == "done"
        assert kept.text.encode() == self.said.source.encode()
        assert kept.text.endswith(sent[-1])
        # What a run that broke off wrote and did not commit was written again by the next.
        assert sent[0].startswith(kept.text[: len(kept.text) - len("".join(sent[1:]))])

    def is_cut(self, status: str, reader: Reader) -> None:
        """It ended so, once; database and page hold the same beginning of what Claude sent."""
        kept, sent = self.stack.kept(self.conversation), self._sent()
        assert (kept.status, kept.runs) == (status, [status])
        assert len(sent) == 1
        assert sent[0].startswith(kept.text)
        reader.until_status(status)
        assert bare(reader.shown) == bare(kept.text.replace("```python", "").replace("```", ""))

    def _sent(self) -> list[str]:
        return [record["written"] for record in self.stack.simulator.requests(self.said.marker)]


class Person:
    """Signed in through the proxy; a web may be named where it matters which of them answers."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.http = httpx.Client(timeout=30)
        address = self.address()
        self.http.get(address + "/accounts/login/")
        form = {"login": EMAIL, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = self.http.cookies["csrf"]
        reply = self.http.post(address + "/accounts/login/", data=form, headers={"Origin": address})
        assert reply.status_code == 302, reply.text

    def address(self, web: str = "") -> str:
        return f"http://127.0.0.1:{self.stack.ports[web] if web else self.stack.proxy.port}"

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def post(self, path: str, web: str = "", **fields: str) -> httpx.Response:
        """Raises AssertionError for a refusal."""
        address = self.address(web)
        token = re.search(r'"X-CSRFToken": "(\w+)"', self.http.get(address + "/").text)
        assert token
        headers = {"X-CSRFToken": token[1], "HX-Request": "true", "Origin": address}
        reply = self.http.post(address + path, data=fields, headers=headers)
        assert reply.status_code < 400, (reply.status_code, reply.text)
        return reply

    def ask(
        self, said: Said | None = None, *, speed: int = 150, chars: int = 6, web: str = ""
    ) -> Asked:
        """Ask for that text in a new conversation."""
        said = said or a_text(300)
        return self.ask_for(said.asked(speed, chars), said, web)

    def ask_for(self, text: str, said: Said = NOTHING, web: str = "") -> Asked:
        """Send that text as the first of a new conversation."""
        reply = self.post("/c/", web, message_id=str(uuid.uuid4()), text=text)
        return Asked(self.stack, reply.headers["HX-Redirect"].split("/")[2], said)

    def follow(self, asked: Asked, web: str = "", *, compared: bool = True) -> Reader:
        port = self.stack.ports[web] if web else self.stack.proxy.port
        reader = Reader(port, self.cookie, asked.conversation, asked.said if compared else None)
        reader.start()
        return reader

    def continues(self, reader: Reader) -> None:
        self.post(f"/messages/{reader.message}/continuation/")

    def stop_address(self, asked: Asked) -> str:
        page = self.http.get(f"{self.address()}/c/{asked.conversation}/").text
        found = re.search(r'data-stop-url="([^"]+)"', page)
        return found[1] if found else ""


def shows_all(reader: Reader, said: Said) -> None:
    """It never showed anything but a beginning, and shows all of it now, once."""
    assert reader.wrong == []
    assert [one.role for one in reader.articles.values()] == ["user", "assistant"]
    assert said.agrees(reader.answer.page, whole=True), reader.shown
