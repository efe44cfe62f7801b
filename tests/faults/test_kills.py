"""The process that serves and writes dies in mid-answer, and comes back."""

import random
import signal
import uuid

import pytest

from tests.faults.person import Person, shows_all
from tests.faults.said import a_text
from tests.faults.stack import Served, Stack

pytestmark = pytest.mark.timeout(180)
NOTICED = 15.0  # seconds


@pytest.fixture(scope="module")
def eve(served: Served) -> Person:
    """Signed in to `served`."""
    return Person(served)


@pytest.mark.parametrize("time", ["once", "twice"])
def test_a_killed_answer_is_kept_and_can_be_continued(
    served: Served, eve: Person, time: str
) -> None:
    asked = eve.ask(a_text(300, code=False))
    reader = eve.follow(asked)
    reader.until_grown(random.randint(1, 1000))
    served.strike("web")
    shown = reader.shown
    reader.until_status("interrupted", seconds=NOTICED)
    assert served.kept(asked.conversation).text.startswith(shown.rstrip())
    eve.continues(reader)
    reader.until_status("done")
    shows_all(reader, asked.said)
    asked.is_whole(runs=2)


def test_an_answer_killed_before_its_first_byte_can_be_asked_again(
    served: Served, eve: Person
) -> None:
    asked = eve.ask()
    served.strike("web")
    asked.until_kept("interrupted", "done", seconds=NOTICED)
    reader = eve.follow(asked)
    reader.until_status("interrupted", "done")
    if reader.status == "interrupted":
        eve.post(f"/messages/{reader.message}/retry/")
    asked.until_kept("done")
    reader.until_status("done")
    shows_all(reader, asked.said)


@pytest.mark.parametrize(("drain", "speed"), [("0", 100), ("30", 400)])
def test_a_server_told_to_end_finishes_or_says_so(
    one_process: Stack, ada: Person, drain: str, speed: int
) -> None:
    one_process.kill("web", signal.SIGTERM)
    one_process.start_web("web", "--with-runner", DRAIN_SECONDS=drain)
    asked = ada.ask(speed=speed)
    reader = ada.follow(asked)
    reader.until_grown(random.randint(1, 500))
    one_process.kill("web", signal.SIGTERM)
    one_process.start_web("web", "--with-runner")
    reader.until_status("done" if drain != "0" else "interrupted")
    assert reader.wrong == []
    if drain != "0":
        asked.is_whole()
    else:
        asked.is_cut("interrupted", reader)


def test_sent_again_after_a_lost_reply_is_one_message(one_process: Stack, ada: Person) -> None:
    asked = ada.ask(speed=0)
    asked.until_kept("done")
    fields = {"message_id": str(uuid.uuid4()), "text": "[[sim: text ok]]"}
    path = f"/c/{asked.conversation}/messages/"
    ada.post(path, **fields)
    one_process.kill("web")
    one_process.start_web("web", "--with-runner")
    ada.post(path, **fields)
    asked.until_kept("done", "interrupted")
    reader = ada.follow(asked, compared=False)
    reader.until(lambda: len(reader.articles) == 4)
    assert len(one_process.kept(asked.conversation).runs) == 2
