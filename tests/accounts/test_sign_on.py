"""Sign-in by a provider: whom it brings, to which account, and whom it does not."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from chatapp.accounts.models import User
from chatapp.environment import SignOn
from tests.accounts.provider import Provider, running
from tests.accounts.test_factors import with_app
from tests.conftest import PASSWORD, browser_of

DOOR = "/accounts/oidc/sso/login/"


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(db: None, server: Provider, settings: LazySettings) -> Provider:
    server.claims = {"sub": "1"}
    apps = SignOn("Our house", server.address, "chat", "s" * 20, ()).apps
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    settings.OIDC_DOMAINS = ("example.org",)
    return server


def come(client: Client, provider: Provider, query: str = "", **claims: object) -> HttpResponse:
    """Go to the provider and come back as somebody of whom it says that."""
    provider.claims = {"sub": "1", **claims}
    asked = parse_qs(urlsplit(client.get(DOOR + query).url).query)
    assert asked["redirect_uri"] == [f"http://testserver{DOOR}callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{DOOR}callback/", {"code": "c", "state": asked["state"][0]})


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


def told(client: Client) -> str:
    return client.get("/accounts/login/").content.decode()


def test_somebody_of_the_house_gets_an_account(provider: Provider, client: Client) -> None:
    come(client, provider, email="Zoe@Example.org", email_verified=True, name="Zoë")
    assert is_in(client)
    zoe = User.objects.get()
    assert (zoe.email, zoe.name, zoe.has_usable_password()) == ("zoe@example.org", "Zoë", False)
    assert [group.name for group in zoe.groups.all()] == ["member"]


def test_whoever_has_an_account_comes_to_it_and_keeps_the_password(
    provider: Provider, ada: User
) -> None:
    client = Client()
    come(client, provider, email="ADA@example.com", email_verified=True)
    assert client.get("/settings/").context["user"] == ada
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_one_is_known_by_the_providers_key_and_not_by_the_address(
    provider: Provider, ada: User, ben: User
) -> None:
    come(Client(), provider, email=ada.email, email_verified=True)
    client = Client()
    come(client, provider, email=ben.email, email_verified=True)
    assert client.get("/settings/").context["user"] == ada


UNVERIFIED = [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}]


@pytest.mark.parametrize("claims", UNVERIFIED)
@pytest.mark.parametrize("email", ["ada@example.com", "zoe@example.org"])
def test_an_address_that_is_not_verified_opens_nothing(
    provider: Provider, ada: User, email: str, claims: dict[str, object]
) -> None:
    client = Client()
    assert come(client, provider, email=email, **claims).url == "/accounts/login/"
    assert "does not vouch" in told(client)
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


@pytest.mark.parametrize("email", ["zoe@example.com", "zoe@evil.example.org", "zoe@example.org.uk"])
def test_a_stranger_to_the_house_gets_no_account(
    provider: Provider, client: Client, email: str
) -> None:
    come(client, provider, email=email, email_verified=True)
    assert "Nobody with your address" in told(client)
    assert not User.objects.exists()


def test_whoever_was_switched_off_stays_out(provider: Provider, ada: User) -> None:
    User.objects.update(is_active=False)
    client = Client()
    come(client, provider, email=ada.email, email_verified=True)
    assert not is_in(client)


def test_the_second_factor_is_asked_for_as_well(provider: Provider, ada: User) -> None:
    with_app(ada)
    client = Client()
    answer = come(client, provider, email=ada.email, email_verified=True)
    assert answer.url == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_nobody_is_joined_to_whoever_is_signed_in(provider: Provider, ada: User, ben: User) -> None:
    client = browser_of(ada)
    come(client, provider, "?process=connect", email=ben.email, email_verified=True)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?code=c", "?code=c&state=x", "?error=access_denied&state=x"]
)
def test_a_way_back_that_nobody_began_leads_to_the_door(
    provider: Provider, client: Client, query: str
) -> None:
    assert client.get(f"{DOOR}callback/{query}").url == "/accounts/login/"
    assert not is_in(client)


def test_the_door_names_the_provider_where_there_is_one(
    provider: Provider, client: Client, settings: LazySettings
) -> None:
    assert f'href="{DOOR}?process=login"' in told(client)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "Our house" not in told(client)
    assert client.get(DOOR).status_code == 404


def test_who_we_are_is_said_to_the_provider_alone(provider: Provider, ada: User) -> None:
    provider.asked.clear()
    come(Client(), provider, email=ada.email, email_verified=True)
    (body,) = provider.asked
    assert "code_verifier=" in body
    assert "s" * 20 in body
