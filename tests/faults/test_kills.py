"""The process that serves and writes dies in mid-answer."""

import signal

import pytest

from chatapp.ops.children import wait_until
from tests.faults.stack import Stack, at_random, words

pytestmark = pytest.mark.timeout(180)
NOTICED = 15.0  # seconds


@pytest.mark.parametrize("round", range(2))
def test_a_killed_answer_is_kept_and_can_be_continued(one_process: Stack, round: int) -> None:
    said, ada = words(400), one_process.person("web")
    reader = ada.ask("web", said)
    at_random(reader)
    shown = "".join(reader.newest.words)
    one_process.kill("web")
    one_process.start_web("web", "--with-runner")
    reader.until_status("interrupted", seconds=NOTICED)
    assert "".join(ada.stored(reader, "web").split()).startswith(shown)
    ada.post("web", f"/messages/{list(reader.articles)[-1]}/continuation/")
    reader.until_status("done")
    assert "".join(reader.newest.words) == "".join(said)
    assert "".join(ada.stored(reader, "web").split()) == "".join(said)
    assert reader.wrong == []
    assert len(one_process.requests() or []) == 2


def test_a_server_told_to_end_finishes_or_says_so(one_process: Stack) -> None:
    said, ada = words(300), one_process.person("web")
    reader = ada.ask("web", said)
    at_random(reader)
    one_process.kill("web", signal.SIGTERM)
    # Before there is a server again that could be asked.
    assert wait_until(lambda: reader.newest.status in ("done", "interrupted"), 20)
    one_process.start_web("web", "--with-runner")
    reader.until_status("done", "interrupted")
    stored = "".join(ada.stored(reader, "web").split())
    assert "".join(reader.newest.words) == stored
    assert reader.wrong == []


def test_sent_again_after_a_lost_reply_is_one_message(one_process: Stack) -> None:
    ada = one_process.person("web")
    reader = ada.ask("web", words(20), speed=0)
    reader.until_status("done")
    fields = {"message_id": "5f0f1b1e-8d0c-4f6e-9a39-2a6f1f0f7b11", "text": "[[sim: text ok]]"}
    path = f"/c/{reader.conversation}/messages/"
    ada.post("web", path, **fields)
    one_process.kill("web")
    one_process.start_web("web", "--with-runner")
    ada.post("web", path, **fields)
    reader.until(lambda r: len(r.articles) == 4)
    assert len(reader.articles) == 4


def test_a_message_that_waited_is_sent_once_when_its_answer_was_killed(one_process: Stack) -> None:
    ada = one_process.person("web")
    reader = ada.ask("web", words(400))
    at_random(reader)
    fields = {"message_id": "5f0f1b1e-8d0c-4f6e-9a39-2a6f1f0f7b12", "text": "[[sim: text ok]]"}
    path = f"/c/{reader.conversation}/messages/"
    ada.post("web", path, **fields)
    one_process.kill("web")
    one_process.start_web("web", "--with-runner")
    ada.post("web", path, **fields)
    reader.until(lambda r: len(r.articles) == 4, seconds=NOTICED)
    reader.until_status("done")
    assert list(reader.articles)[2] == fields["message_id"]
    assert len(reader.articles) == 4
    assert len(one_process.requests() or []) == 2
