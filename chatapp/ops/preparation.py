"""Before the first page: the database is brought up to date, and somebody can sign in."""

import secrets

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatapp.accounts.actions import create_first_accounts
from chatapp.accounts.models import User
from chatapp.ops.children import say

# Any number that nobody else takes; all processes of ours on one database share it.
PREPARATION_LOCK = 7_305_801_246_113


def prepare(*, accounts: bool) -> None:
    """Migrate, and make the first accounts where that is in order; one process at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARATION_LOCK])
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
