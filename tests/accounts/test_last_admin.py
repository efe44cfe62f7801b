"""Two admins who take the role from each other at once: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection, transaction

from chatapp.accounts.actions import require_other_admin
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.errors import Conflict
from tests.conftest import a_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_admins_cannot_go_at_once() -> None:
    admins = [a_person(f"{name}@example.com", Role.ADMIN) for name in ("max", "mia")]
    both_were_let_through = Barrier(2)

    def go(admin: User) -> bool:
        try:
            with suppress(Conflict), transaction.atomic():
                require_other_admin(admin)
                # Only without the lock do they meet here.
                with suppress(BrokenBarrierError):
                    both_were_let_through.wait(0.5)
                admin.groups.clear()
                return True
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, admins)) == [False, True]
    assert User.objects.filter(groups__name=Role.ADMIN.value).count() == 1
