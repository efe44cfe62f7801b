"""Where a person is signed in, and signing out there from here."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from chatapp.accounts.middleware import MOST_NOTED, LastSeen
from chatapp.accounts.models import User
from chatapp.accounts.sessions import user_of_session
from chatapp.live import doorbell
from tests.conftest import PASSWORD, browser_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0"
LIST, OTHERS = "/accounts/sessions/", "/accounts/sessions/others/"


def signed_in(person: User, agent: str = FIREFOX, ip: str = "10.0.0.1") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=ip)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


def key_of(client: Client) -> str:
    return client.cookies["session"].value


def test_the_list_says_which_browser_where_and_which_is_this(ada: User) -> None:
    here = signed_in(ada)
    signed_in(ada, "Mozilla/5.0 (iPhone) Version/18.0 Safari/604", "10.9.9.9")
    places = here.get(LIST).context["places"]
    shown = [(it.browser, it.system, it.session.ip, it.is_this) for it in places]
    assert shown == [
        ("Firefox", "Windows", "10.0.0.1", True),
        ("Safari", "iPhone", "10.9.9.9", False),
    ]


def test_sessions_of_others_are_not_in_the_list(ada: User, ben: User) -> None:
    signed_in(ben)
    assert len(signed_in(ada).get(LIST).context["places"]) == 1


def test_one_session_is_ended_and_the_others_stay(ada: User) -> None:
    here, there, yonder = signed_in(ada), signed_in(ada), signed_in(ada)
    row = UserSession.objects.get(session_key=key_of(there))
    here.post(f"/accounts/sessions/{row.pk}/")
    assert [is_in(client) for client in (here, there, yonder)] == [True, False, True]


def test_all_others_are_ended_at_once(ada: User, ben: User) -> None:
    here, there, bens = signed_in(ada), signed_in(ada), signed_in(ben)
    here.post(OTHERS)
    assert [is_in(client) for client in (here, there, bens)] == [True, False, True]


def test_nobody_ends_a_session_of_somebody_else(ada: User, ben: User) -> None:
    bens = signed_in(ben)
    row = UserSession.objects.get(user=ben)
    assert signed_in(ada).post(f"/accounts/sessions/{row.pk}/").status_code == 404
    assert is_in(bens)


def test_an_ended_session_has_its_sockets_asked_at_once(
    ada: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    here, there = signed_in(ada), signed_in(ada)
    rung: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(doorbell.BELL, "ring", lambda *news: rung.extend(news))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        here.post(OTHERS)
    assert ("people:", {"user": ada.pk}) in rung
    assert user_of_session(key_of(there)) is None
    assert user_of_session(key_of(here)) == ada


def test_a_session_that_a_new_password_ended_leaves_the_list(ada: User) -> None:
    here, there = signed_in(ada), signed_in(ada)
    new = "another fine password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post("/accounts/password/change/", form)
    assert not is_in(there)
    client = here if is_in(here) else Client()
    client.post("/accounts/login/", {"login": ada.email, "password": new})
    assert key_of(there) not in {
        place.session.session_key for place in client.get(LIST).context["places"]
    }


def test_a_session_from_before_the_list_joins_it(ada: User) -> None:
    client = browser_of(ada)
    assert not UserSession.objects.exists()
    client.get("/usage/")
    assert UserSession.objects.get().session_key == key_of(client)


def test_where_a_session_was_seen_last_is_written_now_and_then(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, clock = signed_in(ada), [1000.0]
    monkeypatch.setattr("chatapp.accounts.middleware.monotonic", lambda: clock[0])
    seen = []
    for seconds, ip in ((0, "10.0.0.2"), (299, "10.0.0.3"), (2, "10.0.0.4")):
        clock[0] += seconds
        client.get("/usage/", REMOTE_ADDR=ip)
        seen.append(UserSession.objects.get().ip)
    assert seen == ["10.0.0.2", "10.0.0.2", "10.0.0.4"]


def test_what_was_noted_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = LastSeen(lambda request: None)  # type: ignore[arg-type,return-value]
    for number in range(MOST_NOTED + 5):
        assert seen._is_due(str(number))
    assert len(seen.noted) <= MOST_NOTED
