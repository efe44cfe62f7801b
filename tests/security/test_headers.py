"""The headers of every answer, whoever gives it: views, refusals, static files, Daphne's pages."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from tests.security.conftest import World
from tests.security.test_matrix import ROWS, ask

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
}
OF_FILES = "default-src 'none'; sandbox"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
}
NONCE = re.compile(r"'nonce-([A-Za-z0-9+/]{22,}={0,2})'")


def break_down(request: object) -> HttpResponse:
    raise RuntimeError("a mistake of ours")


urlpatterns = [path("broken/", break_down), path("", include("chatapp.urls"))]


class Scripts(HTMLParser):
    """The nonce of each script that would run; None where it has none. Data does not run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.nonces: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and ("type", "application/json") not in attrs:
            self.nonces.append(dict(attrs).get("nonce"))


# The frame of a diagram may draw, and be shown by our pages; nothing else.
OF_DIAGRAMS = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-scripts",
}

# The page that strangers read tells nobody where they came from.
OF_SHARES = {"Referrer-Policy": "no-referrer"}


def assert_guarded(response: HttpResponse) -> None:
    given = policy_of(response)
    own = OF_SHARES if "X-Robots-Tag" in response.headers else {}
    if "allow-scripts" in given.get("sandbox", ""):
        own = {"X-Frame-Options": "SAMEORIGIN"}
    for name, value in {**FIXED, **own}.items():
        assert response.headers.get(name) == value, (name, response.headers)
    if csp(response) == OF_FILES:
        return
    scripts = given.pop("script-src")
    assert given == (OF_DIAGRAMS if "sandbox" in given else POLICY)
    nonce = NONCE.fullmatch(scripts)
    # An empty list of sources allows none.
    assert nonce or scripts == ""
    html = "" if response.streaming else response.content.decode()
    assert set(Scripts(html).nonces) <= {nonce[1] if nonce else "no script is allowed"}


def policy_of(response: HttpResponse) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in csp(response).split(";"))


def csp(response: HttpResponse) -> str:
    return response.headers["Content-Security-Policy"]


def gone_wrong(client: Client) -> HttpResponse:
    client.raise_request_exception = False
    return client.get("/broken/")


def without_token(client: Client) -> HttpResponse:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    return strict.post("/settings/", {"theme": "dark"})


REFUSALS: dict[int | str, Callable[[Client], HttpResponse]] = {
    400: lambda client: client.get("/", headers={"Host": "evil.example"}),
    "403, and no token": without_token,
    404: lambda client: client.get("/no/such/page/"),
    "404 of ours": lambda client: client.get("/c/00000000-0000-4000-8000-000000000000/"),
    405: lambda client: client.put("/c/"),
    413: lambda client: client.post("/c/", {"text": "x" * 200_001}),
    422: lambda client: client.post("/c/", {"text": ""}),
    500: gone_wrong,
}


@pytest.mark.urls("tests.security.test_headers")
@pytest.mark.parametrize("kind", REFUSALS, ids=str)
def test_every_refusal_is_guarded(world: World, kind: int | str) -> None:
    response = REFUSALS[kind](world.browser("member"))
    assert str(response.status_code) == str(kind)[:3]
    assert_guarded(response)


@pytest.mark.parametrize("page", ROWS)
def test_every_page_is_guarded_signed_in_or_not(world: World, page: str) -> None:
    thread = world.own["member"]
    for client in (Client(), world.browser("member")):
        for method in ("GET", "POST"):
            assert_guarded(ask(client, page, method, thread))


@pytest.mark.parametrize("name", ["css/base.css", "js/main.js", "icon.svg"])
def test_static_files_are_guarded(client: Client, name: str) -> None:
    response = client.get(f"/static/{name}")
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
    assert_guarded(response)


@pytest.mark.parametrize("name", ["vendor/mermaid/mermaid.min.js", "frame/diagram.js"])
def test_what_a_frame_without_an_origin_loads_is_for_any_page(client: Client, name: str) -> None:
    assert client.get(f"/static/{name}").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("page", ROWS)
def test_no_cache_keeps_a_page(world: World, page: str) -> None:
    thread = world.own["member"]
    for client in (Client(), world.browser("member")):
        for headers in ({}, {"HX-Request": "true"}):
            kept = ask(client, page, "GET", thread, **headers).headers["Cache-Control"]
            assert "no-store" in kept
