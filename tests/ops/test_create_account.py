"""The first account of an installation that others can reach."""

import io

import pytest
from django.core.management import CommandError, call_command

from chatapp.accounts.models import User


def create(email: str, password: str, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("create_account", email, role, stdout=io.StringIO())


@pytest.mark.django_db
def test_an_account_is_made_with_its_role(monkeypatch: pytest.MonkeyPatch) -> None:
    create("zoe@example.com", "correct horse battery", "admin", monkeypatch)
    zoe = User.objects.get(email="zoe@example.com")
    assert zoe.check_password("correct horse battery")
    assert [group.name for group in zoe.groups.all()] == ["admin"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password", "answer"),
    [
        ("zoe", "correct horse battery", "valid email"),
        ("zoe@example.com", "password", "too common"),
        ("ada@example.com", "correct horse battery", "has an account already"),
    ],
)
def test_what_cannot_be_is_told(
    ada: User, email: str, password: str, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=answer):
        create(email, password, "member", monkeypatch)
    assert User.objects.get() == ada
