"""`python -m bench.member [--messages 1000000] [--rounds 40] [--data FOLDER]`: a member's room.

One person has 10,000 conversations of 20 messages and one of 1,000, among so many messages of
everybody in a scratch database; their browser opens the first page, pages through the list,
opens threads and searches as one types, by HTTP, from a web process of its own. Requests take
turns: judge by the ratios to a plain page of the same process, and by the CPU of that process.
"""

import argparse
import json
import os
import random
import re
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from bench.review import ALL, Browser, Make, Request, Took, free_port, is_open, running, times_of
from bench.search import by_frequency, fill_and_index
from bench.systems import Process, wait_for
from chatapp.ops.database.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parent.parent
CONVERSATIONS: Final = 10_000
TURNS: Final = 10  # of each
LONG: Final = 500  # turns of the long thread
AIMS: Final = {"first": 150, "list": 50, "open": 300, "search": 150}  # ms at the 95th percentile
PLAIN: Final = "plain page"
OLDER: Final = re.compile(r'hx-get="([^"]+)" hx-trigger="revealed')
LEAVES: Final = """
UPDATE conversations_conversation c SET current_leaf_id = m.id FROM conversations_message m
WHERE m.conversation_id = c.id AND c.owner_id = %s AND m.revision = %s
"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--conversations", type=int, default=CONVERSATIONS)
    options.add_argument("--long", type=int, default=LONG, help="turns of the long thread")
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--data", type=Path, help="a folder whose room is kept and used again")
    asked = options.parse_args()
    with ExitStack() as stack:
        person = opened(stack, asked)
        measure(person, asked.rounds)


def opened(stack: ExitStack, asked: argparse.Namespace) -> dict[str, str]:
    """The person's session; the room's database runs until the stack is closed."""
    scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="chatapp-bench-"))
    folder = asked.data or Path(scratch)
    folder.mkdir(parents=True, exist_ok=True)
    # The embedded server may run as another user than we do.
    folder.chmod(0o755)
    server = EmbeddedServer(folder, PROJECT)
    server.start()
    stack.callback(server.stop)
    os.environ.update(DATABASE_URL=server.url, DATA_DIR=str(folder), SIMULATED="1")
    return prepare(folder, asked.messages, asked.conversations, asked.long)


def prepare(folder: Path, messages: int, conversations: int, long: int) -> dict[str, str]:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "chatapp.settings"
    django.setup()
    from django.core.management import call_command

    kept = folder / "member.json"
    call_command("migrate", verbosity=0)
    if not kept.exists():
        kept.write_text(json.dumps(made(messages, conversations, long)))
    person: dict[str, str] = json.loads(kept.read_text())
    return person


def made(messages: int, conversations: int, long: int) -> dict[str, str]:
    """The session of the person, and the key of their long thread."""
    from django.db import connection

    from bench.made import fill_for
    from bench.people import a_person
    from chatapp.accounts.models import User

    owner = User.objects.create(email="member@example.com", password="!")
    others = max(1_000, messages - 2 * TURNS * conversations)
    fill_and_index(others, lambda: fill_for(owner.pk, conversations, TURNS))
    with connection.cursor() as cursor:
        cursor.execute(LEAVES, [owner.pk, 2 * TURNS - 1])
        thread = long_thread(owner, long)
        cursor.execute("VACUUM ANALYZE")
    return {**a_person(0, owner), "thread": str(thread)}


def long_thread(owner: Any, turns: int) -> Any:
    """The key of one with the notes that the app would have made; its last answer complete."""
    from bench.threads import a_thread
    from chatapp.conversations.models import Conversation

    answer = a_thread(turns)
    answer.status, answer.text = "done", "Now you know."
    answer.content = [{"type": "text", "text": answer.text}]
    answer.save()
    thread = Conversation.objects.filter(pk=answer.conversation_id)
    thread.update(owner=owner, title="The long one")
    return answer.conversation_id


def measure(person: dict[str, str], rounds: int) -> None:
    port = free_port()
    with ExitStack() as stack:
        app = Process(["manage.py", "web", "--with-runner"], {"PORT": str(port)}, ALL)
        stack.enter_context(running(app))
        wait_for(lambda: is_open(port))
        browser = Browser(port, person)
        kinds = requests(browser, person["thread"], random.Random(1))
        took = times_of(browser, kinds, rounds, app)
        print_table(took)
        print(f"\n{os.getloadavg()[0]:.0f} wanted one of {len(ALL)} cores at a time.")


def print_table(took: dict[str, Took]) -> None:
    from bench.review import HEAD, print_groups

    print(HEAD, "|".join(["", *["---"] * 5, ""]), sep="\n")
    print_groups(took, AIMS)


def requests(browser: Browser, thread: str, chance: random.Random) -> dict[str, Make]:
    """What is asked for, by name; another thread, word or place each time."""
    from chatapp.conversations.models import Conversation

    mine = Conversation.objects.filter(owner__email="member@example.com", title__startswith="Chat")
    short = list(mine.order_by("?").values_list("pk", flat=True)[:1_000])
    places = list_places(browser)
    first = older_of(thread)
    return {
        PLAIN: lambda: Request("/settings/reads/"),
        "first page": lambda: Request("/"),
        "list, an older page": lambda: Request(chance.choice(places)),
        "list, filtered by title": lambda: Request(
            f"/conversations/?q=chat+{chance.randint(1, 99)}"
        ),
        "open a thread of 20 messages": lambda: Request(f"/c/{chance.choice(short)}/"),
        "open a thread of 1,000 messages": lambda: Request(f"/c/{thread}/"),
        "older messages of it": lambda: Request(f"/c/{thread}/older/?before={first}"),
        **searches(chance),
    }


def list_places(browser: Browser) -> list[str]:
    """The addresses of the first pages of the list, and of pages far down."""
    from chatapp.chat.listing import _cursor
    from chatapp.conversations.models import Conversation

    rows = Conversation.objects.filter(owner__email="member@example.com").order_by("-active_at")
    found = OLDER.search(browser.answer(Request("/")))
    places = [unescape(found[1])] if found else []
    for row in rows[100 : CONVERSATIONS : CONVERSATIONS // 20]:
        places.append(f"/conversations/?before={quote(_cursor(row))}")
    return places


def older_of(thread: str) -> Any:
    """The message above which a page of the thread ends."""
    from chatapp.conversations.models import Conversation
    from chatapp.generation.windows import newest

    gap = newest(Conversation.objects.get(pk=thread)).gap
    return gap and gap.before


def searches(chance: random.Random) -> dict[str, Make]:
    from bench.made import END

    words = by_frequency()
    month = (END - timedelta(days=365)).date(), (END - timedelta(days=335)).date()

    def some(share: float) -> str:
        return chance.choice(words[share])

    queries = {
        "one letter": lambda: some(0.01)[:1],
        "two letters": lambda: some(0.01)[:2],
        "three letters": lambda: some(0.01)[:3],
        "four letters": lambda: some(0.01)[:4],
        "0.1 %": lambda: some(0.001),
        "1 %": lambda: some(0.01),
        "30 %": lambda: some(0.3),
        "30 % and a beginning": lambda: f"{some(0.3)}+{some(0.01)[:3]}",
        "a phrase": lambda: f"%22{some(0.3)}+{some(0.01)}%22",
        "30 % of a month": lambda: f"{some(0.3)}&first={month[0]}&last={month[1]}",
        "10 % of a model": lambda: f"{some(0.1)}&model=claude-opus-5-5",
        "10 % with attachment": lambda: f"{some(0.1)}&attachment=on",
    }
    found: dict[str, Make] = {
        f"search {name}": lambda query=query: Request(  # type: ignore[misc]
            f"/search/?words={query()}", is_htmx=True
        )
        for name, query in queries.items()
    }
    found["search in the palette"] = lambda: Request(
        f"/palette/?words={some(0.01)[:3]}", is_htmx=True
    )
    return found


if __name__ == "__main__":
    main()
