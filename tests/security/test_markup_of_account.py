"""Hostile texts in what an account shows of its person and their browsers stay texts."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client

from chatapp.accounts.models import User
from tests.conftest import PASSWORD, browser_of
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, Shape, short

PAGES = ["/", "/settings/", "/accounts/sessions/", "/accounts/2fa/keys/", "/accounts/delete/"]


def shown(browser: Client, person: User, text: str) -> list[str]:
    """The pages of somebody who calls everything so; then it is gone again."""
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(name=text, email=text)
        UserSession.objects.filter(user=person).update(user_agent=text)
        Authenticator.objects.filter(user=person).update(data={"name": text, "credential": {}})
        answers = [browser.get(page) for page in PAGES]
        transaction.set_rollback(True)
    assert [answer.status_code for answer in answers] == [200] * len(PAGES)
    return [answer.text for answer in answers]


def shape(html: str, text: str) -> Shape:
    kept = ("class", "type", "name", "role", "href", "action")
    found = Outline(html, text).shape
    return [(tag, [pair for pair in attributes if pair[0] in kept]) for tag, attributes in found]


@pytest.fixture
def browser(quick_passwords: None, ada: User) -> Client:
    browser = browser_of(ada)
    browser.get("/")  # which lists the session
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    Authenticator.objects.create(user=ada, type="webauthn", data={})
    return browser


def test_no_text_of_an_account_is_markup(browser: Client, ada: User) -> None:
    harmless = shown(browser, ada, HARMLESS)
    assert [HARMLESS in page for page in harmless] == [True, True, False, True, True]
    expected = [shape(page, HARMLESS) for page in harmless]
    for payload in PAYLOADS[::8]:
        text = short(payload)[:99]
        assert [shape(page, text) for page in shown(browser, ada, text)] == expected, payload.name


def test_the_page_for_no_network_says_nothing_of_whoever_is_signed_in(
    browser: Client, ada: User
) -> None:
    for page in ("/offline/", "/service-worker.js", "/manifest.webmanifest"):
        assert browser.get(page).content == Client().get(page).content
        assert ada.email.encode() not in browser.get(page).content
