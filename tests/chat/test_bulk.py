"""The same done to what was ticked: asked first where it matters, refused where it cannot be."""

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Tagging, Transfer
from tests.conftest import a_thread, browser_of
from tests.conversations.test_folders import a_folder

ADDRESS = "/conversations/many/"


@pytest.fixture
def browser(ada: User) -> Client:
    return browser_of(ada)


def keys(*conversations: Conversation) -> list[str]:
    return [str(conversation.pk) for conversation in conversations]


def test_ticked_ones_are_put_away_and_brought_back(ada: User, browser: Client) -> None:
    first, second, third = a_thread(ada), a_thread(ada), a_thread(ada)
    answer = browser.post(ADDRESS, {"do": "archive", "conversation": keys(first, second)})
    assert 'data-name="conversations"' in answer.text
    assert set(Conversation.objects.listed()) == {third}
    browser.post(ADDRESS, {"do": "unarchive", "conversation": keys(first)})
    assert set(Conversation.objects.listed()) == {first, third}


def test_ticked_ones_are_deleted_for_good(ada: User, browser: Client) -> None:
    first, second = a_thread(ada), a_thread(ada)
    browser.post(ADDRESS, {"do": "delete", "conversation": keys(first)})
    assert Conversation.objects.get() == second


def test_ticked_ones_are_moved_and_tagged(ada: User, browser: Client) -> None:
    folder, chosen = a_folder(ada), keys(a_thread(ada), a_thread(ada))
    browser.post(ADDRESS, {"do": "move", "folder": str(folder.pk), "conversation": chosen})
    browser.post(ADDRESS, {"do": "tag", "names": "bread", "conversation": chosen})
    assert Conversation.objects.filter(folder=folder).count() == 2
    assert Tagging.objects.filter(tag__name="bread").count() == 2


def test_what_is_somebody_elses_is_left_alone(ada: User, ben: User, browser: Client) -> None:
    mine, theirs = a_thread(ada), a_thread(ben)
    browser.post(ADDRESS, {"do": "delete", "conversation": keys(mine, theirs)})
    assert Conversation.objects.get() == theirs


def test_the_folder_of_another_is_no_place_to_move_to(
    ada: User, ben: User, browser: Client
) -> None:
    form = {"do": "move", "folder": a_folder(ben).pk, "conversation": keys(a_thread(ada))}
    assert browser.post(ADDRESS, form).status_code == 404


def test_ticked_ones_are_exported_in_the_background(ada: User, ben: User, browser: Client) -> None:
    first, second, theirs = a_thread(ada), a_thread(ada), a_thread(ben)
    answer = browser.post(ADDRESS, {"do": "export", "conversation": keys(first, second, theirs)})
    assert answer.headers["HX-Redirect"] == "/settings/transfers/"
    made = Transfer.objects.get()
    assert (made.kind, made.state, set(made.chosen)) == (
        "chosen",
        "waiting",
        set(keys(first, second)),
    )


@pytest.mark.parametrize(
    "form",
    [
        {"do": "archive"},
        {"do": "archive", "conversation": ["x"]},
        {"do": "explode", "conversation": ["mine"]},
        {"do": "move", "folder": "x", "conversation": ["mine"]},
        {"conversation": ["mine"]},
    ],
)
def test_what_cannot_be_done_is_refused(
    ada: User, browser: Client, form: dict[str, str | list[str]]
) -> None:
    mine = a_thread(ada)
    if form.get("conversation") == ["mine"]:
        form = {**form, "conversation": keys(mine)}
    assert browser.post(ADDRESS, form).status_code == 422
    assert Conversation.objects.listed().get() == mine


@pytest.mark.parametrize(
    ("do", "words"), [("move", "No folder"), ("tag", "commas"), ("delete", "gone for good")]
)
def test_each_deed_asks_for_what_it_needs(browser: Client, do: str, words: str) -> None:
    dialog = browser.get(ADDRESS, {"do": do}).text
    assert words in dialog
    assert f'form="bulk" name="do" value="{do}"' in dialog


def test_a_thousand_are_sent_in_one_request(ada: User, browser: Client) -> None:
    rows = [Conversation(owner=ada, model="m") for _ in range(1_000)]
    Conversation.objects.bulk_create(rows)
    form = {"do": "archive", "conversation": keys(*rows), "csrfmiddlewaretoken": "x"}
    assert browser.post(ADDRESS, form).status_code == 200
    assert not Conversation.objects.listed().exists()
