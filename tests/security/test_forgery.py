"""Requests that another site has a browser send: all that change something are refused."""

import pytest
from django.test import Client

from chatapp.accounts.models import User
from tests.security.conftest import World
from tests.security.matrix import METHODS
from tests.security.test_matrix import ROWS, ask, everything

pytestmark = pytest.mark.django_db
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


@pytest.mark.parametrize("page", ROWS)
def test_nothing_changes_without_a_token(world: World, page: str) -> None:
    thread = world.own["member"]
    before = everything()
    for method in UNSAFE:
        for client in (world.browser("member", is_strict=True), Client(enforce_csrf_checks=True)):
            assert ask(client, page, method, thread).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_token_does_not_help_a_foreign_page(world: World, origin: str) -> None:
    client = world.browser("member", is_strict=True)
    client.get("/")
    token = {"X-CSRFToken": client.cookies["csrf"].value}
    settings = {"theme": "dark", "announce": "end"}
    own = {"Origin": "http://localhost:8000", **token}
    assert client.post("/settings/", settings, headers=own).status_code == 302
    foreign = {"Origin": origin, **token}
    assert client.post("/settings/", settings, headers=foreign).status_code == 403


@pytest.mark.parametrize("page", ROWS)
def test_reading_a_page_changes_nothing(world: World, page: str) -> None:
    thread = world.own["member"]
    before = everything()
    for method in ("GET", "HEAD", "OPTIONS"):
        ask(world.browser("member"), page, method, thread)
    assert everything() == before
    assert User.objects.get(email="member@example.com").last_login
