"""Requests that another site has a browser send: all that change something are refused."""

import pytest
from django.test import Client

from chatapp.accounts.models import User
from tests.conftest import browser_of
from tests.security.conftest import a_stopped_thread
from tests.security.matrix import METHODS
from tests.security.test_matrix import ROWS, ask, everything

UNSAFE = set(METHODS) - {"GET", "HEAD", "OPTIONS"}
FOREIGN = [
    "null",
    "http://localhost",
    "https://localhost:8000",
    "http://localhost:8001",
    "http://www.localhost:8000",
    "http://localhost:8000.evil.example",
    "https://evil.example",
]


def strict_browser_of(user: User) -> Client:
    """One whose requests are checked as those of a real browser."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("page", ROWS)
def test_nothing_changes_without_a_token(ada: User, page: str) -> None:
    thread = a_stopped_thread(ada)
    before = everything()
    for method in UNSAFE:
        for client in (strict_browser_of(ada), Client(enforce_csrf_checks=True)):
            assert ask(client, page, method, thread).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_token_does_not_help_a_foreign_page(ada: User, origin: str) -> None:
    client = strict_browser_of(ada)
    client.get("/")
    token = {"X-CSRFToken": client.cookies["csrf"].value}
    settings = {"theme": "dark", "announce": "end"}
    own = {"Origin": "http://localhost:8000", **token}
    assert client.post("/settings/", settings, headers=own).status_code == 302
    foreign = {"Origin": origin, **token}
    assert client.post("/settings/", settings, headers=foreign).status_code == 403


@pytest.mark.parametrize("page", ROWS)
def test_reading_a_page_changes_nothing(ada: User, page: str) -> None:
    thread = a_stopped_thread(ada)
    before = everything()
    for method in ("GET", "HEAD", "OPTIONS"):
        ask(browser_of(ada), page, method, thread)
    assert everything() == before
    assert User.objects.get().last_login
