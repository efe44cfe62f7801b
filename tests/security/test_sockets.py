"""The socket: every topic and frame against every role, rights that end, and foreign origins."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from django.test import Client

from chatapp.accounts.actions import deactivate
from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.live.hub import hub
from chatapp.live.threads import in_database
from chatapp.live.topics import KINDS
from tests.conftest import PASSWORD, browser_of
from tests.security.conftest import People, a_stopped_thread
from tests.security.matrix import FRAMES, OTHERS, TOPICS, Line, lines_of, missing_thread
from tests.security.sockets import ORIGIN, socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture(autouse=True)
async def stopped_hub() -> AsyncIterator[None]:
    yield
    await hub().stop()


def query(topic: str, thread: object, owner: User | None) -> str:
    """The topic with its key: a thread, or for other topics the person whom it is about."""
    about_threads = dict.fromkeys(("conversation:", "review:", "thread:"), str(thread))
    keys = {**about_threads, "list:": str(owner.pk) if owner else ""}
    return f"topic={topic}{keys.get(topic, '')}"


def test_every_topic_has_a_line() -> None:
    assert {f"{name}:" for name in KINDS} <= {line["topic"] for line in lines_of(TOPICS)}


@pytest.mark.parametrize("line", lines_of(TOPICS), ids=lambda line: line["topic"])
async def test_every_role_meets_what_the_table_says(people: People, line: Line) -> None:
    theirs = await in_database(a_stopped_thread, people.owner)
    asked = {column: query(line["topic"], theirs.conversation_id, people.owner) for column in line}
    asked["missing"] = query(line["topic"], missing_thread().conversation_id, None) + "0"
    for column in ("own", *OTHERS, "missing", "suspended", "nobody"):
        role = "member" if column in ("own", "missing") else column
        client = await in_database(people.browser, role)
        if column == "own":
            mine = await in_database(a_stopped_thread, people.active["member"])
            asked["own"] = query(line["topic"], mine.conversation_id, None)
        async with socket(asked[column], client) as one:
            assert await one.outcome() == line[column], column


async def of_ben(people: People) -> tuple[Client, str]:
    """Ben's browser, and the query by which his page follows a thread of his."""
    ben = people.active["member"]
    mine = await in_database(a_stopped_thread, ben)
    client = await in_database(people.browser, "member")
    return client, f"topic=conversation:{mine.conversation_id}&topic=list:"


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame[:40] or "nothing")
async def test_every_frame_meets_what_the_table_says(people: People, frame: str) -> None:
    client, mine = await of_ben(people)
    async with socket(mine, client) as one:
        assert await one.outcome() == "open"
        await one.wire.send_input({"type": "websocket.receive", "text": frame})
        if FRAMES[frame] == "open":
            assert await one.state() == "open"
        else:
            assert await one.code() == FRAMES[frame]


async def test_bytes_are_no_frame(people: People) -> None:
    client, mine = await of_ben(people)
    async with socket(mine, client) as one:
        assert await one.outcome() == "open"
        await one.wire.send_to(bytes_data=b'{"ack": 1}')
        assert await one.code() == 4400


@pytest.mark.parametrize("topic", ["", ":", "conversation", "conversation:", "no:such", "%00:%00"])
async def test_an_unknown_topic_is_answered_as_one_of_others(people: People, topic: str) -> None:
    client, _ = await of_ben(people)
    async with socket(f"topic=list:&topic={topic}x", client) as one:
        assert await one.outcome() == "4403"


async def test_one_topic_of_others_among_own_ones_closes_all(people: People) -> None:
    client, mine = await of_ben(people)
    theirs = await in_database(a_stopped_thread, people.owner)
    async with socket(f"{mine}&topic=conversation:{theirs.conversation_id}", client) as one:
        assert await one.outcome() == "4403"


def signs_out(people: People, client: Client) -> None:
    client.post("/accounts/logout/")


def is_shut_out(people: People, client: Client) -> None:
    deactivate(people.active["member"])


def changes_password(people: People, client: Client) -> None:
    other = browser_of(people.active["member"])
    new = {"oldpassword": PASSWORD, "password1": "quite another one", "password2": ""}
    assert other.post("/accounts/password/change/", new | {"password2": new["password1"]}).url


def is_deleted(people: People, client: Client) -> None:
    people.active["member"].delete()


def gives_the_thread_away(people: People, client: Client) -> None:
    Conversation.objects.filter(owner=people.active["member"]).update(owner=people.owner)


ENDINGS: dict[Callable[[People, Client], None], int] = {
    signs_out: 4401,
    is_shut_out: 4401,
    changes_password: 4401,
    is_deleted: 4401,
    gives_the_thread_away: 4403,
}


@pytest.mark.parametrize("by", ["the doorbell or the clock", "a frame"])
@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
async def test_a_right_that_ends_closes_the_socket(
    people: People, ending: Callable[[People, Client], None], by: str
) -> None:
    client, mine = await of_ben(people)
    async with socket(mine, client) as one:
        assert await one.outcome() == "open"
        await in_database(ending, people, client)
        if by == "a frame":
            await one.wire.send_to(text_data='{"ack": 0}')
        else:
            await hub().recheck()
        assert await one.code() == ENDINGS[ending]


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        ORIGIN.replace("http:", "https:"),
        ORIGIN.rpartition(":")[0],
        ORIGIN.rpartition(":")[0] + ":1",
        ORIGIN + "0",
        ORIGIN + "/",
        ORIGIN + ", " + ORIGIN,
        ORIGIN.replace("//", "//www."),
        ORIGIN.replace("localhost", "localhost.evil.example"),
        ORIGIN.replace("//", "//evil.example@"),
        "http://evil.example",
        "file://",
        "http://[",
    ],
)
async def test_a_foreign_origin_gets_no_socket(people: People, origin: str | None) -> None:
    client, mine = await of_ben(people)
    async with socket(mine, client, origin=origin) as one:
        assert (await one.outcome()).startswith("refused")


async def test_an_address_of_no_socket_is_refused_quietly(people: People) -> None:
    client, _ = await of_ben(people)
    async with socket("", client, path="/no/such/") as one:
        assert (await one.outcome()).startswith("refused")


async def test_a_cookie_with_nul_is_nobody(people: People) -> None:
    client = Client()
    client.cookies["session"] = ""
    client.cookies["session"].set("session", "", r'"\000abcdefghijklmnop"')
    async with socket("topic=list:", client) as one:
        assert await one.outcome() == "4401"
