"""In which language and zone a person is spoken to."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format, localize

from chatapp.accounts.manners import Manner, current_manner, language_of_browser, manner_of
from chatapp.accounts.models import User
from chatapp.live.threads import Gathered
from chatapp.usage.charts import Series, columns
from tests.conftest import a_thread, browser_of

MOMENT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    with Manner("en", "").used():
        yield


def wants(person: User, language: str, zone: str = "") -> None:
    person.locale, person.time_zone = language, zone
    person.save()


def page(client: Client, **headers: str) -> HttpResponse:
    return client.get("/settings/", headers=headers)


def test_the_choice_of_a_person_goes_before_the_browsers(ada: User) -> None:
    wants(ada, "de", "Europe/Berlin")
    assert manner_of(ada, "fr") == Manner("de", "Europe/Berlin")


@pytest.mark.parametrize("language", ["", "it", "xx"])
def test_without_a_language_of_ours_the_browsers_is_spoken(ada: User, language: str) -> None:
    wants(ada, language)
    assert manner_of(ada, "fr") == Manner("fr", "")
    assert manner_of(None, "fr") == Manner("fr", "")


def test_a_page_says_in_which_language_it_is(ada: User) -> None:
    client = browser_of(ada)
    assert '<html lang="ja" dir="ltr"' in page(client, Accept_Language="ja").content.decode()
    wants(ada, "de")
    answer = page(client, Accept_Language="ja")
    assert '<html lang="de" dir="ltr"' in answer.content.decode()
    assert answer.headers["Content-Language"] == "de"


def test_somebody_without_a_session_is_answered_in_the_browsers_language(
    db: None, client: Client
) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Language": "fr-CH, de;q=0.5"})
    assert '<html lang="fr"' in answer.content.decode()


def test_dates_and_numbers_follow_the_person() -> None:
    with Manner("de", "Asia/Tokyo").used():
        shown = date_format(timezone.localtime(MOMENT), "DATETIME_FORMAT")
        assert shown == "2. März 2026 08:30"
        assert localize(1.5) == "1,5"


def test_a_zone_that_there_is_not_is_that_of_the_server() -> None:
    with Manner("en", "Mars/Olympus").used():
        assert timezone.get_current_timezone_name() == "UTC"


def test_the_next_person_of_a_thread_is_not_spoken_to_as_the_one_before(
    ada: User, ben: User
) -> None:
    wants(ada, "de", "Asia/Tokyo")
    page(browser_of(ada))
    assert current_manner() == Manner("en", "UTC")
    assert '<html lang="en"' in page(browser_of(ben)).content.decode()


def test_a_drawing_is_the_same_in_every_language() -> None:
    chart = columns("Spent", ["a", "b", "c"], Series("A", [1.0, 2.5, 3.3]))
    drawings = []
    for language in ("en", "de"):
        with translation.override(language):
            html = render_to_string("usage/_chart.html", {"chart": chart})
        drawings.append(re.findall(r"<rect[^>]*>", html))
    assert len(drawings[0]) == 3
    assert drawings[0] == drawings[1]


@pytest.mark.parametrize(
    ("accepted", "language"), [("de-AT,en;q=0.5", "de"), ("xx", "en"), ("", "en"), ("\x00;q", "en")]
)
def test_a_socket_knows_the_language_of_its_browser(accepted: str, language: str) -> None:
    assert language_of_browser(accepted) == language


def test_what_is_read_for_many_at_once_is_told_to_each_in_their_language() -> None:
    def read(keys: list[int]) -> dict[int, str]:
        return {key: f"{key} {date_format(MOMENT, 'F')}" for key in keys}

    async def ask(gathered: "Gathered[int, str]", language: str, key: int) -> str:
        with Manner(language, "").used():
            return await gathered(key)

    async def all_at_once() -> list[str]:
        gathered = Gathered(read)
        return await asyncio.gather(*(ask(gathered, "de", 1), ask(gathered, "fr", 1)))

    assert asyncio.run(all_at_once()) == ["1 März", "1 mars"]


def test_a_browser_tells_the_zone_once(ada: User) -> None:
    client = browser_of(ada)
    for zone in ("Nowhere/There", "Europe/Berlin", "Asia/Tokyo"):
        assert client.post("/accounts/zone/", {"zone": zone}).status_code == 204
    ada.refresh_from_db()
    assert ada.time_zone == "Europe/Berlin"


def test_a_zone_that_was_chosen_is_kept_on_a_journey(ada: User) -> None:
    client = browser_of(ada)
    form = {"theme": "dark", "announce": "end", "time_zone": "America/New_York", "locale": "es"}
    assert client.post("/settings/", form).status_code == 302
    client.post("/accounts/zone/", {"zone": "Asia/Tokyo"})
    ada.refresh_from_db()
    assert (ada.time_zone, ada.locale) == ("America/New_York", "es")


def test_only_zones_that_there_are_can_be_chosen(ada: User) -> None:
    form = {"theme": "dark", "announce": "end", "time_zone": "Mars/Olympus"}
    assert browser_of(ada).post("/settings/", form).status_code == 422


def test_times_of_a_thread_are_those_of_the_persons_zone(ada: User) -> None:
    wants(ada, "en", "Asia/Tokyo")
    thread = a_thread(ada)
    answer = thread.current_leaf
    assert answer
    answer.created_at = MOMENT
    answer.save(update_fields=["created_at"])
    shown = browser_of(ada).get(f"/c/{thread.pk}/").content.decode()
    assert 'T08:30:00+09:00" title="2 March 2026, 08:30">08:30</time>' in shown
