"""Signing in and out: limits, what an attacker learns, sessions and their end."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from chatapp.accounts.actions import deactivate
from chatapp.accounts.models import User
from tests.conftest import PASSWORD, browser_of

LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
NEW = "another fine password"
TOO_MANY = "Too many failed login attempts"
CHANGING = re.compile(
    r"""(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"|nonce="[^"]+"|value="\S+@\S+\""""
)


def attempt(
    email: str, password: str = "wrong", ip: str = "10.0.0.1", **headers: str
) -> HttpResponse:
    form = {"login": email, "password": password}
    return Client().post(LOGIN, form, REMOTE_ADDR=ip, headers=headers)


def seen(response: HttpResponse) -> str:
    """The page without what differs from one answer to the next."""
    return CHANGING.sub("", response.content.decode())


def is_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response.url == "/"


def test_one_address_may_fail_five_times_at_one_account(quick_passwords: None, ada: User) -> None:
    answers = [attempt(ada.email) for _ in range(6)]
    assert [TOO_MANY in answer.content.decode() for answer in answers] == [False] * 5 + [True]
    assert not is_in(attempt(ada.email, PASSWORD))


def test_an_attacker_elsewhere_locks_nobody_out(quick_passwords: None, ada: User) -> None:
    for _ in range(12):
        attempt(ada.email)
    assert is_in(attempt(ada.email, PASSWORD, ip="10.0.0.2"))


def test_an_account_may_be_tried_a_hundred_times_from_anywhere(
    quick_passwords: None, ada: User
) -> None:
    for number in range(100):
        attempt(ada.email, ip=f"10.1.{number}.1")
    assert TOO_MANY in attempt(ada.email, ip="10.2.0.1").content.decode()


@pytest.mark.parametrize("kind", ["port of the host", "case", "spaces", "forwarded address"])
def test_no_spelling_gets_round_the_limit(quick_passwords: None, ada: User, kind: str) -> None:
    for number in range(5):
        host = f"localhost:{number + 1}" if kind == "port of the host" else "localhost"
        email = {"case": ada.email.upper(), "spaces": f" {ada.email} "}.get(kind, ada.email)
        attempt(email, **{"Host": host, "X-Forwarded-For": f"1.2.3.{number}"})
    assert TOO_MANY in attempt(ada.email).content.decode()


def test_one_address_may_fail_ten_times_a_minute_at_all_accounts(
    quick_passwords: None, db: None
) -> None:
    answers = [attempt(f"nobody{number}@example.com") for number in range(11)]
    assert TOO_MANY in answers[10].content.decode()
    assert TOO_MANY not in answers[9].content.decode()


def test_one_address_may_try_thirty_times_a_minute_and_is_told_so(
    quick_passwords: None, db: None
) -> None:
    answers = [attempt("nobody@example.com") for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "Too many attempts" in answers[30].content.decode()


def test_behind_a_proxy_the_address_that_it_saw_counts(
    quick_passwords: None, settings: LazySettings, ada: User
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(5):
        attempt(ada.email, **{"X-Forwarded-For": f"9.9.9.{number}, 10.9.9.9"})
    assert not is_in(attempt(ada.email, PASSWORD, **{"X-Forwarded-For": "8.8.8.8, 10.9.9.9"}))
    assert is_in(attempt(ada.email, PASSWORD, **{"X-Forwarded-For": "10.9.9.9, 8.8.8.8"}))


class CountingHasher(MD5PasswordHasher):
    """Remembers each hash that was made, the costly part of an answer."""

    made: list[str] = []

    def encode(self, password: str, salt: str) -> str:
        self.made.append(password)
        return super().encode(password, salt)


def test_an_unknown_account_looks_and_costs_like_a_wrong_password(
    settings: LazySettings, ada: User
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    ada.set_password(PASSWORD)
    ada.save()
    CountingHasher.made.clear()
    known, unknown = attempt(ada.email, "first"), attempt("nobody@example.com", "second")
    assert CountingHasher.made == ["first", "second"]
    assert seen(unknown) == seen(known)
    assert unknown.status_code == known.status_code == 200


def test_a_suspended_account_with_a_wrong_password_looks_like_any_other(
    quick_passwords: None, ada: User, ben: User
) -> None:
    deactivate(ben)
    assert seen(attempt(ben.email)) == seen(attempt(ada.email))
    assert not is_in(attempt(ben.email, PASSWORD))


def test_a_reset_tells_nobody_whether_the_account_exists(
    quick_passwords: None, ada: User, mailoutbox: list[object]
) -> None:
    answers = [Client().post(RESET, {"email": email}) for email in (ada.email, "no@example.com")]
    assert [(a.status_code, a.url) for a in answers] == [
        (302, "/accounts/password/reset/done/")
    ] * 2
    pages = [seen(Client().get(answer.url)) for answer in answers]
    assert pages[0] == pages[1]
    # A mail each: sending one only to people we know would show in the time it takes.
    assert len(mailoutbox) == 2


def link_in(mail: object) -> str:
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.body)  # type: ignore[attr-defined]
    assert found
    return found[1]


def reset(link: str) -> HttpResponse:
    client = Client()
    form = client.get(link)
    if form.status_code != 302:
        return form
    return client.post(form.url, {"password1": NEW, "password2": NEW})


def test_a_link_for_a_reset_works_once(
    quick_passwords: None, ada: User, mailoutbox: list[object]
) -> None:
    session = browser_of(ada)
    Client().post(RESET, {"email": ada.email})
    link = link_in(mailoutbox[0])
    assert reset(link).status_code == 302
    assert reset(link).status_code == 200
    assert is_in(attempt(ada.email, NEW))
    assert session.get("/").status_code == 302


def test_a_sign_in_makes_the_link_for_a_reset_worthless(
    quick_passwords: None, ada: User, mailoutbox: list[object]
) -> None:
    Client().post(RESET, {"email": ada.email})
    assert is_in(attempt(ada.email, PASSWORD))
    assert reset(link_in(mailoutbox[0])).status_code == 200


def test_resets_are_limited_by_account_and_address(quick_passwords: None, ada: User) -> None:
    same = [Client().post(RESET, {"email": ada.email}).status_code for _ in range(6)]
    assert same == [302] * 5 + [429]
    others = [Client().post(RESET, {"email": f"a{n}@example.com"}).status_code for n in range(21)]
    assert others[-1] == 429


def test_a_session_gets_a_new_key_at_sign_in(quick_passwords: None, ada: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.cookies["session"] = planted
    client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert client.cookies["session"].value != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_a_new_password_ends_every_other_session(quick_passwords: None, ada: User) -> None:
    here, elsewhere = browser_of(ada), browser_of(ada)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_a_new_password_needs_the_old_one(quick_passwords: None, ada: User) -> None:
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert browser_of(ada).post("/accounts/password/change/", form).status_code == 200
    assert is_in(attempt(ada.email, PASSWORD))


@pytest.mark.parametrize("password", ["short1!", "password123", "ada@example.com"])
def test_a_weak_password_is_refused(quick_passwords: None, ada: User, password: str) -> None:
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert browser_of(ada).post("/accounts/password/change/", form).status_code == 200


def test_nobody_signs_up_by_themselves(db: None) -> None:
    form = {"email": "eve@example.com", "password1": NEW, "password2": NEW}
    assert "closed" in Client().post("/accounts/signup/", form).content.decode().lower()
    assert not User.objects.exists()


def test_signing_out_needs_a_post_and_ends_the_session(quick_passwords: None, ada: User) -> None:
    client = browser_of(ada)
    key = client.cookies["session"].value
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302
    assert not Session.objects.filter(pk=key).exists()


def test_a_session_ends_after_two_weeks_however_much_it_is_used(
    quick_passwords: None, ada: User
) -> None:
    client = Client()
    client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    end = Session.objects.get().expire_date
    assert timedelta(days=13, hours=23) < end - timezone.now() < timedelta(days=14, hours=1)
    client.get("/")
    client.get("/settings/")
    assert Session.objects.get().expire_date == end
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_sign_in_or_out_leads_away_from_here(
    quick_passwords: None, ada: User, there: str
) -> None:
    form = {"login": ada.email, "password": PASSWORD, "next": there}
    assert Client().post(LOGIN, form).url == "/"
    assert browser_of(ada).post("/accounts/logout/", {"next": there}).url == "/"
