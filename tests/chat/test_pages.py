"""Pages beside the thread: settings, errors, what every page says."""

import dataclasses

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.conversations.models import ReadRecord, reading
from tests.conftest import a_thread, browser_of


def test_settings_of_a_person_are_kept(ada: User) -> None:
    form = {"theme": "dark", "announce": "end"}
    assert browser_of(ada).post("/settings/", form).status_code == 302
    ada.refresh_from_db()
    assert (ada.theme, ada.announce) == ("dark", "end")


def test_settings_that_do_not_exist_are_refused(ada: User) -> None:
    form = {"theme": "pink", "announce": "end"}
    assert browser_of(ada).post("/settings/", form).status_code == 422
    ada.refresh_from_db()
    assert ada.theme == "system"


@pytest.mark.parametrize("is_simulated", [True, False])
def test_every_page_says_when_the_simulator_answers(
    ada: User, settings: Settings, is_simulated: bool
) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, simulated=is_simulated)
    browser, thread = browser_of(ada), a_thread(ada)
    for address in ("/", f"/c/{thread.pk}/", "/settings/", "/accounts/password/change/"):
        assert ("built-in simulator" in browser.get(address).text) == is_simulated


def test_an_error_is_a_fragment_in_the_page_and_a_page_alone(ada: User) -> None:
    browser, address = browser_of(ada), "/c/7b8f5b0e-1c53-4b7e-8f3a-000000000000/"
    page = browser.get(address)
    fragment = browser.get(address, headers={"HX-Request": "true"})
    assert (page.status_code, fragment.status_code) == (404, 404)
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert "There is nothing here, or it is not yours." in fragment.text


def test_deleting_a_conversation_asks_first(ada: User) -> None:
    conversation, browser = a_thread(ada, "Precious"), browser_of(ada)
    address = f"/c/{conversation.pk}/delete/"
    assert "Precious" in browser.get(address).text
    assert browser.get(f"/c/{conversation.pk}/").status_code == 200
    assert browser.post(address).headers["HX-Redirect"] == "/"
    assert browser.get(f"/c/{conversation.pk}/").status_code == 404


def test_a_row_of_the_list_is_answered_after_each_change(ada: User) -> None:
    conversation, browser = a_thread(ada), browser_of(ada)
    row = f'<li id="conversation-{conversation.pk}"'
    assert row in browser.post(f"/c/{conversation.pk}/title/", {"title": "Mine"}).text
    assert row in browser.post(f"/c/{conversation.pk}/pin/", {"on": "1"}).text
    assert browser.post(f"/c/{conversation.pk}/title/", {"title": " "}).status_code == 422


def test_a_model_offered_no_more_stays_in_the_picker(ada: User, settings: Settings) -> None:
    conversation = a_thread(ada)
    settings.MODELS_OFFERED = ["claude-haiku-5-5"]
    page = browser_of(ada).get(f"/c/{conversation.pk}/").text
    assert f'value="{conversation.model}" checked' in page


def test_why_staff_read_is_told_in_the_readers_language(
    ada: User, sue: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    german = {"Flagged: %(kind)s": "Gemeldet: %(kind)s", "Thumbs down": "Daumen runter"}
    monkeypatch.setattr(reading, "gettext", lambda said: german[said])
    for why in ("Flagged: Thumbs down", "Ada asked me to"):
        record = {"reader": sue, "reader_name": "sue", "what": "the thread", "why": why}
        ReadRecord.objects.create(owner=ada, conversation=a_thread(ada), **record)
    page = browser_of(ada).get("/settings/reads/").text
    assert "(Gemeldet: Daumen runter)" in page
    assert "(Ada asked me to)" in page
