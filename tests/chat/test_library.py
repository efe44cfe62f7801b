"""The library of texts, and what the menu of the composer gets of it."""

import pytest

from chatapp.accounts.models import User
from chatapp.conversations import library
from chatapp.conversations.library import asked_for, filled, save_text
from chatapp.conversations.models import SavedText
from chatapp.errors import Unusable
from tests.conftest import browser_of


def a_text(owner: User, name: str = "Report", body: str = "Write a report.") -> SavedText:
    row = SavedText(owner=owner)
    save_text(row, name, body)
    return row


def test_a_text_is_made_changed_and_deleted(ada: User) -> None:
    browser = browser_of(ada)
    assert browser.post("/library/new/", {"name": "/Report", "body": "Hi"}).url == "/library/"
    row = SavedText.objects.get(owner=ada)
    assert row.name == "Report"
    browser.post(f"/library/{row.pk}/edit/", {"name": "Letter", "body": "Dear"})
    assert "Letter" in browser.get("/library/").text
    browser.post(f"/library/{row.pk}/delete/")
    assert not SavedText.objects.exists()


def test_nobody_sees_or_changes_the_text_of_another(ada: User, ben: User) -> None:
    row, browser = a_text(ada, "Secret"), browser_of(ben)
    assert "Secret" not in browser.get("/library/").text
    assert "Secret" not in browser.get("/library/commands/").text
    for address in ("", "edit/"):
        assert browser.get(f"/library/{row.pk}/{address}").status_code == 404
    assert browser.post(f"/library/{row.pk}/delete/").status_code == 404
    assert SavedText.objects.filter(pk=row.pk).exists()


def test_no_two_texts_of_one_person_are_called_alike(ada: User, ben: User) -> None:
    a_text(ada, "Report")
    a_text(ben, "Report")
    with pytest.raises(Unusable, match="of that name"):
        a_text(ada, "report")


@pytest.mark.parametrize(
    ("name", "body"), [("", "x"), ("/", "x"), ("x", " "), ("x" * 61, "x"), ("x", "y" * 10_001)]
)
def test_what_is_no_text_is_refused(ada: User, name: str, body: str) -> None:
    with pytest.raises(Unusable):
        a_text(ada, name, body)
    assert not SavedText.objects.exists()


def test_what_was_typed_stays_on_the_page_when_it_is_refused(ada: User) -> None:
    headers = {"HX-Request": "true"}
    answer = browser_of(ada).post("/library/new/", {"name": "", "body": "x"}, headers=headers)
    assert answer.status_code == 422
    assert "A name needs at least one character." in answer.text


def test_so_many_texts_are_possible_and_no_more(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_TEXTS", 1)
    row = a_text(ada, "One")
    with pytest.raises(Unusable, match="1 texts"):
        a_text(ada, "Two")
    save_text(row, "Uno", "x")


def test_the_search_looks_into_names_and_texts(ada: User) -> None:
    a_text(ada, "Report", "about rivers")
    a_text(ada, "Letter", "about trees")
    page = browser_of(ada).get("/library/?q=RIVERS").text
    assert ("Report" in page, "Letter" in page) == (True, False)


def test_the_library_is_shown_by_pages(ada: User) -> None:
    SavedText.objects.bulk_create(
        SavedText(owner=ada, name=f"t{at:03}", body="x") for at in range(60)
    )
    browser = browser_of(ada)
    assert browser.get("/library/").text.count('class="library-text"') == 50
    assert browser.get("/library/?page=2").text.count('class="library-text"') == 10


def test_the_menu_names_texts_and_commands_without_their_bodies(ada: User) -> None:
    a_text(ada, "Weekly report", "A long body")
    menu = browser_of(ada).get("/library/commands/").text
    assert 'data-name="Weekly report"' in menu
    assert "A long body" not in menu
    for command in ("new", "temporary", "archive", "rename", "export"):
        assert f'data-name="{command}"' in menu


def test_a_text_without_variables_comes_as_it_is(ada: User) -> None:
    row = a_text(ada, "Report", "Write <b>\n{ not one }")
    answer = browser_of(ada).get(f"/library/{row.pk}/")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text == "Write <b>\n{ not one }"


def test_a_text_with_variables_asks_for_each_once(ada: User) -> None:
    row = a_text(ada, "Report", "{{topic}} for {{who}}, {{ topic }}")
    assert asked_for(row) == ["topic", "who"]
    dialog = browser_of(ada).get(f"/library/{row.pk}/").text
    assert dialog.count("<textarea") == 2


def test_what_is_said_stands_in_the_text_word_for_word(ada: User) -> None:
    row = a_text(ada, "Report", "On {{topic}}: {{topic}}, {{who}}.")
    said = {"value_topic": "a <b>\n{{who}} [x]", "value_who": "`me`"}
    text = browser_of(ada).post(f"/library/{row.pk}/", said).text
    assert text == "On a <b>\n{{who}} [x]: a <b>\n{{who}} [x], `me`."


def test_what_nobody_says_is_left_empty(ada: User) -> None:
    assert filled(a_text(ada, "Report", "On {{topic}}."), {}) == "On ."
