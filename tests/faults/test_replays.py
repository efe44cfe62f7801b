"""A replay of a thousand cases whose process is killed: exact, and in bounded memory."""

from collections import Counter

import psutil
import psycopg
import pytest

from chatapp.ops.children import wait_until
from tests.faults.conftest import Make
from tests.faults.stack import Stack

pytestmark = pytest.mark.timeout(300)
CASES = 1_000
GROWTH = 30 * 1024 * 1024  # bytes that a process may grow by while it answers the most of them
PREPARED = f"""
from chatapp.accounts.models import User
from chatapp.prompts.models import Prompt, Version
from chatapp.workbench import replays
from chatapp.workbench.models import Case
ada = User.objects.get()
prompt = Prompt.objects.create(name="Guide")
version = Version.objects.create(prompt=prompt, number=1, body="Be a guide.")
def turns(number):
    text = f"[[sim: speed 0]] [[sim: delta 4000]] [[sim: giant 8000]] {{number}}"
    return [{{"role": "user", "content": [{{"type": "text", "text": text}}]}}]
Case.objects.bulk_create(
    Case(prompt=prompt, name=str(n), messages=turns(n), checks=[{{"kind": "lacks", "value": "@@"}}])
    for n in range({CASES})
)
replays.start(version, ada, Case.objects.all(), "now")
"""
BEGUN = """
from chatapp.workbench.models import Replay
from chatapp.workbench.tasks import work_off_later
work_off_later(Replay.objects.get().pk)
"""
STATES = "SELECT state, count(*) FROM workbench_result GROUP BY state"


def states(stack: Stack) -> Counter[str]:
    with psycopg.connect(stack.environ["DATABASE_URL"]) as connection:
        return Counter(dict(connection.execute(STATES).fetchall()))


def begin(stack: Stack) -> psutil.Process:
    """Have a fresh process work on the replay, as the minute's look at open ones does."""
    stack.start_web("web", "--with-runner")
    stack.run("manage.py", "shell", "-v0", "-c", BEGUN)
    return psutil.Process(stack.processes["web"].pid)


def test_a_thousand_cases_survive_a_kill_each_answered_once(make_stack: Make) -> None:
    stack = make_stack()
    stack.run("manage.py", "shell", "-v0", "-c", PREPARED)
    begin(stack)
    assert wait_until(lambda: states(stack)["done"] > CASES // 4, 120)
    stack.kill("web")
    before = states(stack)
    assert before["done"] + before["running"] + before["pending"] == CASES
    with psycopg.connect(stack.environ["DATABASE_URL"]) as connection:
        # What the minute without a sign of life would do.
        connection.execute("UPDATE workbench_replay SET held_until = now() - interval '1 second'")
    process = begin(stack)
    assert wait_until(lambda: states(stack)["done"] > before["done"], 60)
    size = process.memory_info().rss
    assert wait_until(lambda: states(stack) == {"done": CASES}, 150), states(stack)
    assert process.memory_info().rss - size < GROWTH
    asked = Counter(str(r["body"]["messages"]) for r in stack.requests() or [])
    # Only what was being asked for at the kill was asked for again.
    assert sum(asked.values()) - len(asked) <= before["running"]
