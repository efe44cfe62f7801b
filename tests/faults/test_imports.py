"""An import whose process is killed in the middle: all of it is there, and nothing twice."""

import psycopg
import pytest

from chatapp.ops.children import wait_until
from tests.faults.conftest import Make
from tests.faults.stack import Stack

pytestmark = pytest.mark.timeout(300)
CONVERSATIONS = 400
PREPARED = f"""
import json
from django.core.files.base import ContentFile
from chatapp.accounts.models import User
from chatapp.conversations import transfers
from tests.conversations.made_exports import claude
data = json.dumps([claude(key=str(at)) for at in range({CONVERSATIONS})]).encode()
transfers.begin_import(User.objects.get(), ContentFile(data, "conversations.json"))
"""
BEGUN = """
from chatapp.conversations.models import Transfer
from chatapp.conversations.tasks import work_off_later
work_off_later(Transfer.objects.get().pk)
"""
HERE = "SELECT count(*) FROM conversations_importedfrom"
TOLD = "SELECT state, added, skipped, refused FROM conversations_transfer"


def row(stack: Stack, query: str) -> tuple[object, ...]:
    with psycopg.connect(stack.environ["DATABASE_URL"]) as connection:
        return connection.execute(query).fetchone() or ()


def here(stack: Stack) -> int:
    (count,) = row(stack, HERE)
    assert isinstance(count, int)
    return count


def test_an_import_survives_a_kill_with_each_there_once(make_stack: Make) -> None:
    stack = make_stack()
    stack.run("manage.py", "shell", "-v0", "-c", PREPARED)
    stack.run("manage.py", "shell", "-v0", "-c", BEGUN)
    stack.start_web("web", "--with-runner")
    assert wait_until(lambda: here(stack) > CONVERSATIONS // 8, 120)
    stack.kill("web")
    assert here(stack) < CONVERSATIONS
    with psycopg.connect(stack.environ["DATABASE_URL"]) as connection:
        # What the minute without a sign of life would do.
        connection.execute("UPDATE conversations_transfer SET held_until = now()")
    stack.run("manage.py", "shell", "-v0", "-c", BEGUN)
    stack.start_web("web", "--with-runner")
    assert wait_until(lambda: row(stack, TOLD)[0] == "done", 120)
    assert row(stack, TOLD) == ("done", CONVERSATIONS, 0, 0)
    assert here(stack) == CONVERSATIONS
