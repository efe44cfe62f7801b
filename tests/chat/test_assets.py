"""Scripts and styles have addresses that change with them, so a browser asks for each once."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import Client, RequestFactory

from chatapp.accounts.models import User
from chatapp.chat import assets
from tests.conftest import browser_of
from tests.environment import PROJECT

FOR_GOOD = "max-age=315360000, public, immutable"
ELSEWHERE = {"all.css", "shared.css"}  # the list itself, and what only a shared page has


@pytest.fixture
def addresses(ada: User) -> list[str]:
    """Of all scripts and styles that the first page names."""
    page = browser_of(ada).get("/").content.decode()
    return re.findall(r'"(/static/(?:css|js|vendor/htmx)/[^"]+\.[0-9a-f]{12}\.(?:css|js))"', page)


def body(answer: HttpResponse) -> bytes:
    return b"".join(answer)


def test_a_page_has_one_style_sheet_of_all_parts_in_their_order(addresses: list[str]) -> None:
    (address,) = [it for it in addresses if it.endswith(".css")]
    answer = Client().get(address)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert b"@import" not in answer.content
    names = re.findall(r'@import "([^"]+)"', (PROJECT / "static/css/all.css").read_text())
    places = [answer.content.index((PROJECT / "static/css" / name).read_bytes()) for name in names]
    assert places == sorted(places)


def test_no_style_sheet_is_forgotten() -> None:
    listed = re.findall(r'@import "([^"]+)"', (PROJECT / "static/css/all.css").read_text())
    assert set(listed) | ELSEWHERE == {it.name for it in (PROJECT / "static/css").glob("*.css")}


def test_every_script_has_its_address_from_the_page(addresses: list[str]) -> None:
    names = {re.sub(r"\.[0-9a-f]{12}\.", ".", it) for it in addresses if "/js/" in it}
    assert names == {f"/static/js/{it.name}" for it in (PROJECT / "static/js").glob("*.js")}


def test_what_a_page_names_is_kept_for_good(addresses: list[str]) -> None:
    kept = {Client().get(address).headers["Cache-Control"] for address in addresses}
    assert kept == {FOR_GOOD}


def test_a_plain_address_is_kept_for_a_minute() -> None:
    assert Client().get("/static/js/main.js").headers["Cache-Control"] == "max-age=60, public"


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`js/main.js` with other content."""
    other = PROJECT / "static/js/dom.js"
    monkeypatch.setattr(assets.finders, "find", lambda name: str(other))
    assets.hashed.cache_clear()
    yield
    assets.hashed.cache_clear()


def test_an_address_changes_with_the_content(request: pytest.FixtureRequest) -> None:
    before = static("js/main.js")
    request.getfixturevalue("changed")
    assert static("js/main.js") != before


def test_an_address_of_other_content_leads_nowhere() -> None:
    assert Client().get("/static/js/main.0123456789ab.js").status_code == 404
    assert Client().get("/static/css/all.0123456789ab.css").status_code == 404


@pytest.mark.parametrize("address", ["/no/such", "/static/no/such", "/static/../manage.py"])
def test_an_address_of_no_file_goes_on_to_the_pages(address: str) -> None:
    assert Client().get(address).status_code in (302, 404)


def test_a_server_that_read_its_files_once_hands_out_the_same(
    settings: pytest.FixtureRequest, addresses: list[str]
) -> None:
    settings.WHITENOISE_AUTOREFRESH = False  # type: ignore[attr-defined]
    served = assets.StaticFiles(lambda request: HttpResponse(status=404))
    for address in [*addresses, static("admin/css/base.css"), "/static/js/main.js"]:
        answer = served(RequestFactory().get(address))
        assert answer.status_code == 200
        assert body(answer) == body(Client().get(address))
