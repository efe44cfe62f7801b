"""The second factor: setting it up, signing in by it, losing it, and who must have it."""

import json
import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from chatapp.accounts.models import User
from chatapp.accounts.sessions import user_of_session
from tests.conftest import PASSWORD, browser_of

LOGIN, APP, CODES = "/accounts/login/", "/accounts/2fa/app/", "/accounts/2fa/codes/"


def code_of(secret: str, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def proved(client: Client) -> Client:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def with_app(person: User) -> tuple[Client, str]:
    """A browser in which the person has set up an app, and the app's secret."""
    client = proved(browser_of(person))
    secret = client.get(APP).context["form"].secret
    assert client.post(APP, {"code": code_of(secret)}).url == CODES
    return client, secret


def signing_in(person: User) -> tuple[Client, HttpResponse]:
    client = Client()
    return client, client.post(LOGIN, {"login": person.email, "password": PASSWORD})


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


def test_with_an_app_the_password_alone_opens_nothing(ada: User) -> None:
    _, secret = with_app(ada)
    client, answer = signing_in(ada)
    assert answer.url == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert client.post(answer.url, {"code": "000000"}).status_code == 200
    assert not is_in(client)
    client.post(answer.url, {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_works_once(ada: User) -> None:
    _, secret = with_app(ada)
    code = code_of(secret)
    found = []
    for _ in range(2):
        client, answer = signing_in(ada)
        client.post(answer.url, {"code": code})
        found.append(is_in(client))
    assert found == [True, False]


def test_codes_cannot_be_guessed(ada: User) -> None:
    _, secret = with_app(ada)
    client, answer = signing_in(ada)
    for number in range(6):
        client.post(answer.url, {"code": f"{number:06}"})
    client.post(answer.url, {"code": code_of(secret)})
    assert not is_in(client)


def test_the_secret_is_not_in_the_database(ada: User) -> None:
    _, secret = with_app(ada)
    rows = Authenticator.objects.filter(user=ada)
    assert {row.type for row in rows} == {"totp", "recovery_codes"}
    kept = " ".join(str(row.data) for row in rows)
    assert secret not in kept
    totp = rows.get(type="totp")
    assert get_adapter().decrypt(totp.data["secret"]) == secret


def test_a_new_key_of_the_installation_still_reads_the_old_secrets(
    ada: User, settings: LazySettings
) -> None:
    kept = get_adapter().encrypt("a secret")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 40
    assert get_adapter().decrypt(kept) == "a secret"


def test_recovery_codes_are_shown_once_and_can_be_kept(ada: User) -> None:
    client, _ = with_app(ada)
    first = client.get(CODES)
    codes = first.context["unused_codes"]
    assert len(set(codes)) == 10
    assert f"{codes[0]}%0A{codes[1]}%0A" in first.content.decode()
    again = client.get(CODES).content.decode()
    assert not any(code in again for code in codes)


def test_a_recovery_code_opens_the_door_once(ada: User) -> None:
    client, _ = with_app(ada)
    code = client.get(CODES).context["unused_codes"][0]
    found = []
    for _ in range(2):
        browser, answer = signing_in(ada)
        browser.post(answer.url, {"code": code})
        found.append(is_in(browser))
    assert found == [True, False]


@pytest.mark.parametrize("page", [APP, "/accounts/2fa/keys/new/", "/accounts/2fa/codes/new/"])
def test_whoever_finds_a_page_open_cannot_change_factors(ada: User, page: str) -> None:
    answer = browser_of(ada).get(page)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/reauthenticate/")


def test_without_the_app_the_password_is_enough_again(ada: User) -> None:
    client, _ = with_app(ada)
    client.post("/accounts/2fa/app/remove/")
    assert not Authenticator.objects.filter(user=ada).exists()
    assert is_in(signing_in(ada)[0])


def test_staff_without_a_factor_is_led_to_set_one_up(
    sue: User, max: User, pat: User, settings: LazySettings
) -> None:
    settings.REQUIRE_MFA_FOR_STAFF = True
    for person in (sue, pat, max):
        answer = browser_of(person).get("/")
        assert (answer.status_code, answer.url) == (302, "/accounts/2fa/")


def test_members_may_do_without_one(ada: User, settings: LazySettings) -> None:
    settings.REQUIRE_MFA_FOR_STAFF = True
    assert is_in(browser_of(ada))


def test_staff_may_do_without_one_unless_it_is_required(sue: User) -> None:
    assert is_in(browser_of(sue))


def test_staff_sets_it_up_and_is_in(sue: User, settings: LazySettings) -> None:
    settings.REQUIRE_MFA_FOR_STAFF = True
    client, _ = with_app(sue)
    assert is_in(client)


def test_a_socket_of_staff_without_a_factor_has_nobody(sue: User, settings: LazySettings) -> None:
    client = browser_of(sue)
    key = client.cookies["session"].value
    assert user_of_session(key) == sue
    settings.REQUIRE_MFA_FOR_STAFF = True
    assert user_of_session(key) is None


DATA = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0"  # a client's data in JSON, but of nothing
KEY = {"id": "eA", "rawId": "eA", "type": "public-key", "clientExtensionResults": {}}
NEW = {"clientDataJSON": DATA, "attestationObject": "o2NmbXRkbm9uZQ"}
USED = {
    "clientDataJSON": DATA,
    "authenticatorData": "AAAA",
    "signature": "AAAA",
    "userHandle": "MQ",
}
CREDENTIALS = [
    *("", "null", "no json", "[]", "{}", "1", '"x"', '{"id": "x"}', '{"response": []}'),
    *(json.dumps({**KEY, "response": response}) for response in ({}, None, NEW, USED)),
]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_key_that_is_not_one_is_refused_by_a_sentence(ada: User, credential: str) -> None:
    client, rows = proved(browser_of(ada)), Authenticator.objects.count()
    for page in ("/accounts/2fa/keys/new/", "/accounts/2fa/keys/reauthenticate/"):
        answer = client.post(page, {"name": "Key", "credential": credential})
        assert answer.status_code in (200, 302)
    assert Authenticator.objects.count() == rows


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_no_made_up_key_opens_the_door(db: None, client: Client, credential: str) -> None:
    door = "/accounts/2fa/keys/login/"
    assert client.get(door, headers={"Accept": "application/json"}).json()["request_options"]
    answer = client.post(door, {"credential": credential})
    assert (answer.status_code, answer.url) == (302, LOGIN)
    assert not is_in(client)
