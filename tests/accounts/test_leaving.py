"""Asking for one's account to be deleted, and staying after all."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chatapp.accounts.actions import ask_deletion, keep_account
from chatapp.accounts.models import AuditLine, User
from chatapp.accounts.sessions import user_of_session
from chatapp.errors import Conflict
from tests.accounts.test_sessions import is_in, key_of, signed_in
from tests.conftest import PASSWORD

DELETE, LEAVING = "/accounts/delete/", "/accounts/leaving/"


def asked(client: Client, email: str) -> HttpResponse:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.post(DELETE, {"email": email})


def left(person: User) -> None:
    """Have the person ask for it from a browser."""
    assert asked(signed_in(person), person.email).url == "/accounts/login/"
    person.refresh_from_db()


def test_the_password_is_asked_for_first(ada: User) -> None:
    client = signed_in(ada)
    for answer in (client.get(DELETE), client.post(DELETE, {"email": ada.email})):
        assert answer.url.startswith("/accounts/reauthenticate/")
    ada.refresh_from_db()
    assert ada.deletes_at is None


@pytest.mark.parametrize("email", ["", "ben@example.com", "ada"])
def test_without_ones_own_address_nothing_happens(ada: User, email: str) -> None:
    assert asked(signed_in(ada), email).status_code == 422
    ada.refresh_from_db()
    assert ada.deletes_at is None


def test_the_account_goes_after_the_days_of_grace(ada: User, settings: LazySettings) -> None:
    settings.ACCOUNT_GRACE_DAYS = 3
    before = timezone.now()
    left(ada)
    assert ada.deletes_at
    assert timedelta(days=3) <= ada.deletes_at - before < timedelta(days=3, minutes=1)
    assert AuditLine.objects.filter(action="user.deletion_asked", by=ada).exists()


def test_whoever_leaves_is_signed_out_everywhere(ada: User) -> None:
    other = signed_in(ada)
    left(ada)
    assert not is_in(other)
    assert not UserSession.objects.exists()
    assert user_of_session(key_of(other)) is None


def test_the_last_admin_cannot_leave(max: User) -> None:
    assert asked(signed_in(max), max.email).status_code == 409
    max.refresh_from_db()
    assert max.deletes_at is None


@pytest.mark.parametrize("page", ["/", "/settings/", "/accounts/2fa/", "/accounts/sessions/"])
def test_in_the_days_of_grace_every_page_leads_to_one(ada: User, page: str) -> None:
    left(ada)
    client = signed_in(ada)
    assert client.get(page).url == LEAVING
    assert "Keep it" in client.get(LEAVING).content.decode()


def test_in_the_days_of_grace_nothing_is_told_on_a_socket(ada: User) -> None:
    left(ada)
    assert user_of_session(key_of(signed_in(ada))) is None


def test_a_person_stays_after_all(ada: User) -> None:
    left(ada)
    client = signed_in(ada)
    assert client.post(LEAVING).url == "/"
    assert is_in(client)
    ada.refresh_from_db()
    assert ada.deletes_at is None


def test_once_the_time_has_come_nobody_stays(ada: User) -> None:
    ada.deletes_at = timezone.now() - timedelta(seconds=1)
    ada.save()
    with pytest.raises(Conflict):
        keep_account(ada)


def test_whoever_does_not_leave_finds_no_such_page(ada: User) -> None:
    client = signed_in(ada)
    assert client.get(LEAVING).url == client.post(LEAVING).url == "/"


def test_whoever_has_no_password_is_asked_for_the_address_alone(ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    client = Client()
    client.force_login(ada)
    assert client.post(DELETE, {"email": ada.email}).url == "/accounts/login/"


def test_to_ask_twice_is_to_ask_once(ada: User) -> None:
    ask_deletion(ada)
    ask_deletion(ada)
    assert ada.deletes_at
