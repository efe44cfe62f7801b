"""Two webs and a runner with Redis between them; each of them fails in turn."""

import signal

import pytest

from tests.environment import RedisServer
from tests.faults.stack import Stack, at_random, words

pytestmark = pytest.mark.timeout(180)


def test_redis_restarted_in_mid_answer_costs_no_word(
    several: Stack, redis_server: RedisServer
) -> None:
    said, ada = words(400), several.person("a")
    reader = ada.ask("a", said)
    for _ in range(2):
        before = len(reader.newest.words) if reader.newest else 0
        at_random(reader, before + 5, before + 60)
        redis_server.restart()
    reader.until_status("done")
    assert reader.newest.words == said
    assert reader.wrong == []
    assert len(several.requests() or []) == 1


def test_a_killed_web_hands_its_readers_to_the_other(several: Stack) -> None:
    said, ada = words(300), several.person("b")
    reader = ada.ask("a", said)
    at_random(reader)
    several.kill("a")
    reader.until_status("done")
    assert reader.newest.words == said
    assert reader.connects > 1
    assert reader.wrong == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_dead_runner_is_followed_by_the_next(several: Stack, number: signal.Signals) -> None:
    said, ada = words(300), several.person("a")
    reader = ada.ask("a", said)
    at_random(reader)
    several.start_runner("next")
    several.kill("runner", number)
    reader.until_status("interrupted", "done", seconds=15)
    if reader.newest.status == "interrupted":
        ada.post("b", f"/messages/{list(reader.articles)[-1]}/continuation/")
        reader.until_status("done")
    assert "".join(reader.newest.words) == "".join(said)
    assert reader.wrong == []


def test_stop_on_one_web_ends_what_is_followed_on_the_other(several: Stack) -> None:
    said, ada = words(2000), several.person("a")
    reader = ada.ask("a", said)
    at_random(reader)
    page = ada.http.get(f"{ada.address('b')}/c/{reader.conversation}/").text
    stop = page.partition('data-stop-url="')[2].partition('"')[0]
    for _ in range(2):
        ada.post("b", stop)
    reader.until_status("stopped")
    stored = "".join(ada.stored(reader, "b").split())
    assert stored == "".join(reader.newest.words)
    assert "".join(said).startswith(stored)
    assert reader.wrong == []
