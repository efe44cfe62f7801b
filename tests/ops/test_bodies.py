"""A body that is too long is refused before it lies on the disk."""

import http.client
import shutil
from collections.abc import Iterator

import pytest

from chatapp.conversations.files.limits import FILE_BYTES, MEGABYTE
from tests.environment import make_folder
from tests.ops.serving import Serving

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def web() -> Iterator[Serving]:
    folder = make_folder()
    serving = Serving(folder).until_ready()
    yield serving
    serving.clear()
    shutil.rmtree(folder)


def begun(web: Serving, path: str, **headers: str) -> http.client.HTTPConnection:
    """A request of which only the head is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.putrequest("POST", path)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection


def taken(connection: http.client.HTTPConnection, blocks: int) -> int:
    """How many megabytes were taken before the other side closed."""
    for sent in range(blocks):
        try:
            connection.send(b"100000\r\n" + bytes(MEGABYTE) + b"\r\n")
        except OSError:
            return sent
    return blocks


def test_a_body_that_says_it_is_too_long_is_not_waited_for(web: Serving) -> None:
    told = str(FILE_BYTES + MEGABYTE + 1)
    answer = begun(web, "/files/?x=1", Content_Length=told).getresponse()
    assert answer.status == 413
    assert answer.headers["Connection"] == "close"


def test_a_body_that_does_not_say_its_length_is_cut_at_the_limit(web: Serving) -> None:
    connection = begun(web, "/files/", Transfer_Encoding="chunked")
    blocks = FILE_BYTES // MEGABYTE + 60
    assert taken(connection, blocks) < blocks


def test_other_pages_are_served_meanwhile(web: Serving) -> None:
    begun(web, "/files/", Content_Length=str(FILE_BYTES))
    assert web.get("/healthz/live")[0] == 200
