"""Cookies and transport as an installation is reached: by https, or on loopback alone."""

import os
import runpy
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from chatapp.accounts.models import User
from chatapp.accounts.notices import Notices
from tests.conftest import PASSWORD
from tests.environment import PROJECT

FAR = {
    "ALLOWED_HOSTS": "chat.example.com",
    "SECRET_KEY": "k" * 40,
    "REDIS_URL": "redis://:secret@redis:6379/0",
}
NOTICES = str(PROJECT / "chatapp" / "accounts" / "notices.py")
CONCERNED = ("SECURE_", "SESSION_COOKIE", "CSRF_", "ALLAUTH_", "ALLOWED_HOSTS")


def settings_under(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> dict[str, Any]:
    """The settings of an installation with those variables."""
    with monkeypatch.context() as patch:
        for name in ("ALLOWED_HOSTS", "ORIGINS", "REDIS_URL", "SECRET_KEY"):
            patch.delenv(name, raising=False)
        for name, value in environ.items():
            patch.setitem(os.environ, name, value)
        return runpy.run_path(str(PROJECT / "chatapp" / "settings.py"))


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """This process as an installation that browsers reach by https through a proxy."""
    for name, value in settings_under(monkeypatch, FAR).items():
        if name.startswith(CONCERNED):
            setattr(settings, name, value)


def signed_in(**options: Any) -> HttpResponse:
    client = Client(enforce_csrf_checks=True, **options)
    client.get("/accounts/login/")
    (token,) = [morsel for name, morsel in client.cookies.items() if name.endswith("csrf")]
    form = {"login": "ada@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token.value}
    return client.post("/accounts/login/", form)


def flags(response: HttpResponse) -> dict[str, tuple[Any, ...]]:
    names = ("secure", "httponly", "samesite", "path", "domain")
    return {
        key: tuple(cookie[name] for name in names)
        for key, cookie in response.cookies.items()
        if "messages" not in key
    }


def test_on_loopback_cookies_are_as_strict_as_plain_http_allows(ada: User) -> None:
    response = signed_in()
    strict = ("", True, "Lax", "/", "")
    assert flags(response) == {"session": strict, "csrf": strict}
    assert "Strict-Transport-Security" not in response.headers


def test_by_https_cookies_are_bound_to_host_and_transport(far: None, ada: User) -> None:
    by_proxy = {
        "HTTP_HOST": "chat.example.com",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_ORIGIN": "https://chat.example.com",
    }
    response = signed_in(**by_proxy)
    strict = (True, True, "Lax", "/", "")
    assert flags(response) == {"__Host-session": strict, "__Host-csrf": strict}
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_a_notice_waits_in_a_cookie_as_strict(
    far: None, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(HTTP_HOST="chat.example.com", HTTP_X_FORWARDED_PROTO="https")
    client.force_login(ada)
    with monkeypatch.context() as patch:
        patch.setattr(Notices, "cookie_name", runpy.run_path(NOTICES)["Notices"].cookie_name)
        response = client.post("/settings/", {"theme": "dark", "announce": "end"})
    (notice,) = response.cookies.values()
    assert notice.key == "__Host-messages"
    assert (notice["secure"], notice["httponly"], notice["path"]) == (True, True, "/")


def test_several_processes_share_their_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = settings_under(monkeypatch, FAR)["CACHES"]["default"]
    assert cache["BACKEND"].endswith("RedisCache")
    assert cache["LOCATION"] == FAR["REDIS_URL"]


def test_no_setting_turns_the_pages_of_a_debugger_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for environ in ({}, FAR, {"DEBUG": "1"}):
        assert settings_under(monkeypatch, environ)["DEBUG"] is False


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@localhost", "*"])
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    assert client.get("/accounts/login/", headers={"Host": host}).status_code == 400
