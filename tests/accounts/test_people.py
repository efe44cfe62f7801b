"""Accounts, roles, and whom a session stands for."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from chatapp.accounts.actions import create_account, create_first_accounts, deactivate
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role, can_chat, has_role
from chatapp.accounts.sessions import user_of_session
from tests.conftest import browser_of


def key_of(user: User) -> str:
    return str(browser_of(user).session.session_key)


def test_the_first_accounts_are_made_once(db: None) -> None:
    assert len(create_first_accounts("a fine password")) == 3
    User.objects.filter(email="user@example.com").delete()
    assert create_first_accounts("a fine password") == []


def test_a_first_account_has_the_role_of_its_name(db: None) -> None:
    create_first_accounts("a fine password")
    support = User.objects.get(email="support@example.com")
    assert has_role(support, Role.SUPPORT)
    assert not has_role(support, Role.ADMIN)
    assert support.check_password("a fine password")


def test_whoever_is_switched_off_has_no_role(max: User) -> None:
    assert has_role(max, Role.ADMIN)
    deactivate(max)
    assert not has_role(max, Role.ADMIN)
    assert not can_chat(max)


def test_an_address_is_kept_in_lower_case(db: None) -> None:
    user = create_account("Some.One@Example.COM", "a fine password", Role.MEMBER)
    assert user.email == "some.one@example.com"
    assert str(user) == user.email


def test_a_session_stands_for_the_person_who_signed_in(ada: User) -> None:
    assert user_of_session(key_of(ada)) == ada


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "\x00"])
def test_a_key_of_no_session_stands_for_nobody(db: None, key: str) -> None:
    assert user_of_session(key) is None


def test_a_session_that_is_over_stands_for_nobody(ada: User) -> None:
    key = key_of(ada)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert user_of_session(key) is None


def test_a_changed_password_ends_the_session(ada: User) -> None:
    key = key_of(ada)
    ada.set_password("another password")
    ada.save()
    assert user_of_session(key) is None


def test_whoever_is_switched_off_is_signed_out(ada: User) -> None:
    key = key_of(ada)
    deactivate(ada)
    assert user_of_session(key) is None
