"""Before the first page: the database is brought up to date, and somebody can sign in."""

import secrets
import time

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from chatapp.accounts.actions import create_first_accounts
from chatapp.accounts.models import User
from chatapp.ops.children import say

# Any number that nobody else takes; all processes of ours on one database share it.
PREPARATION_LOCK = 7_305_801_246_113
TURN_SECONDS = 0.2


def prepare(*, accounts: bool) -> None:
    """Migrate, and make the first accounts where that is in order; one process at a time."""
    with connection.cursor() as cursor:
        _take_turn(cursor)
        try:
            if has_pending_migrations():
                say("Bringing the database up to date ...")
                call_command("migrate", interactive=False, verbosity=0)
            # Never where others could reach them: the addresses are known to everybody.
            if accounts and settings.ENV.is_local:
                _make_accounts()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARATION_LOCK])
    connection.close()


def _take_turn(cursor: CursorWrapper) -> None:
    # Asked again and again: who waited inside a query would keep its snapshot, for which
    # an index that is built concurrently waits in turn.
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [PREPARATION_LOCK])
        if cursor.fetchone() == (True,):
            return
        time.sleep(TURN_SECONDS)


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _make_accounts() -> None:
    password = settings.ENV.demo_password or secrets.token_urlsafe(9)
    made = create_first_accounts(password)
    if made:
        shown = "of DEMO_PASSWORD" if settings.ENV.demo_password else password
        say(f"Made {', '.join(made)}\n  with the password {shown}")
    elif User.objects.filter(email="user@example.com").exists():
        say(
            "Sign in as user@example.com with the password of the first start; another by:\n"
            "  .venv/bin/python manage.py changepassword user@example.com"
        )
