"""Folders in the room: at the side, as a page, and the folder of one conversation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.chat.listing import PAGE, listing
from chatapp.chat.live import ListFollower
from chatapp.conversations import actions
from chatapp.conversations.models import Conversation, Folder
from chatapp.conversations.tags import set_tags, tags_of
from chatapp.errors import Unusable
from tests.chat.test_listing import titles
from tests.conftest import a_thread, browser_of
from tests.conversations.test_folders import a_folder, put


def filled(folder: Folder, number: int) -> None:
    now = timezone.now()
    Conversation.objects.bulk_create(
        Conversation(
            owner=folder.owner,
            folder=folder,
            title=f"t{at}",
            model="m",
            active_at=now - timedelta(minutes=at),
        )
        for at in range(number)
    )


def test_what_stands_in_a_folder_stands_nowhere_else(ada: User) -> None:
    folder = a_folder(ada)
    put(a_thread(ada, "Roses"), folder)
    a_thread(ada, "Bread")
    assert titles(listing(ada)) == ["Bread"]
    assert titles(listing(ada, folder=str(folder.pk))) == ["Roses"]


def test_words_and_tags_look_into_all_folders(ada: User) -> None:
    conversation = put(a_thread(ada, "Roses"), a_folder(ada))
    set_tags(conversation, [], "red")
    a_thread(ada, "Bread")
    assert titles(listing(ada, words="rose")) == ["Roses"]
    assert titles(listing(ada, tag=str(tags_of(ada)[0].pk))) == ["Roses"]
    assert titles(listing(ada, words="bread", tag=str(tags_of(ada)[0].pk))) == []


def test_the_archive_shows_those_of_folders_too(ada: User) -> None:
    folder = a_folder(ada)
    actions.archive(put(a_thread(ada, "Roses"), folder), on=True)
    assert titles(listing(ada, archived=True)) == ["Roses"]
    assert titles(listing(ada, folder=str(folder.pk))) == []


def test_the_tag_and_the_folder_of_somebody_else_show_nothing(ada: User, ben: User) -> None:
    conversation = put(a_thread(ben, "Theirs"), a_folder(ben))
    set_tags(conversation, [], "red")
    assert titles(listing(ada, folder=str(conversation.folder_id))) == []
    assert titles(listing(ada, tag=str(tags_of(ben)[0].pk))) == []


@pytest.mark.parametrize("tag", ["x", "-1", "9" * 30, "\x00", "١"])
def test_a_tag_that_is_none_shows_nothing(ada: User, tag: str) -> None:
    a_thread(ada)
    assert titles(listing(ada, tag=tag)) == []


def test_a_folder_that_cannot_be_one_is_refused(ada: User) -> None:
    with pytest.raises(Unusable):
        listing(ada, folder="../x")


def test_the_next_page_asks_for_the_same(ada: User) -> None:
    folder = a_folder(ada)
    filled(folder, PAGE + 5)
    shown = listing(ada, folder=str(folder.pk), words="t")
    assert f"q=t&folder={folder.pk}&before=" in shown.next_query
    rest = browser_of(ada).get(f"/conversations/?{shown.next_query}").text
    assert rest.count('class="conversation"') == 5


def test_the_page_of_a_folder_shows_all_by_pages(ada: User) -> None:
    folder, browser = a_folder(ada, "Garden", "In Latin."), browser_of(ada)
    filled(folder, PAGE + 5)
    page = browser.get(f"/folders/{folder.pk}/").text
    assert page.count('class="folder-chat"') == PAGE
    assert "In Latin." in page
    cursor = listing(ada, folder=str(folder.pk)).next_cursor
    address = f"/folders/{folder.pk}/"
    more = browser.get(address, {"before": cursor}, headers={"HX-Request": "true"}).text
    assert (more.count('class="folder-chat"'), "<html" in more) == (5, False)


def test_a_folder_is_made_changed_and_deleted(ada: User) -> None:
    browser = browser_of(ada)
    made = browser.post("/folders/new/", {"name": "Garden", "instructions": "Latin."})
    folder = Folder.objects.get(owner=ada)
    assert made.url == f"/folders/{folder.pk}/"
    browser.post(f"/folders/{folder.pk}/edit/", {"name": "Park"})
    folder.refresh_from_db()
    assert (folder.name, folder.instructions) == ("Park", "")
    conversation = put(a_thread(ada), folder)
    assert "Park" in browser.get(f"/folders/{folder.pk}/delete/").text
    browser.post(f"/folders/{folder.pk}/delete/", {"chats": "delete"})
    assert not Conversation.objects.filter(pk=conversation.pk).exists()


def test_deleting_a_folder_keeps_its_chats_unless_told(ada: User) -> None:
    folder = a_folder(ada)
    conversation = put(a_thread(ada), folder)
    response = browser_of(ada).post(f"/folders/{folder.pk}/delete/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/"
    assert titles(listing(ada)) == [Conversation.objects.get(pk=conversation.pk).title]


def test_a_new_chat_begins_in_its_folder(ada: User) -> None:
    folder, browser = a_folder(ada), browser_of(ada)
    page = browser.get(f"/?folder={folder.pk}").text
    assert f'name="folder" value="{folder.pk}"' in page
    browser.post("/c/", {"text": "Hello", "folder": str(folder.pk)})
    assert Conversation.objects.get().folder == folder


def test_nobody_begins_a_chat_in_the_folder_of_another(ada: User, ben: User) -> None:
    folder, browser = a_folder(ben), browser_of(ada)
    assert browser.get(f"/?folder={folder.pk}").status_code == 404
    form = {"text": "Hello", "folder": str(folder.pk)}
    assert browser.post("/c/", form).status_code == 404
    assert not Conversation.objects.exists()


def test_nobody_moves_a_chat_into_the_folder_of_another(ada: User, ben: User) -> None:
    folder, conversation = a_folder(ben), a_thread(ada)
    form = {"folder": str(folder.pk)}
    assert browser_of(ada).post(f"/c/{conversation.pk}/folder/", form).status_code == 404
    assert browser_of(ben).post(f"/c/{conversation.pk}/folder/", form).status_code == 404
    assert not Conversation.objects.filter(folder=folder).exists()


def test_a_chat_is_moved_and_its_row_says_where(ada: User) -> None:
    folder, conversation = a_folder(ada), a_thread(ada)
    browser, address = browser_of(ada), f"/c/{conversation.pk}/folder/"
    assert "Garden" in browser.get(address).text
    assert f'data-folder="{folder.pk}"' in browser.post(address, {"folder": folder.pk}).text
    assert "Garden" in browser.get(f"/c/{conversation.pk}/place/").text
    assert 'data-folder=""' in browser.post(address, {"folder": ""}).text


def test_tags_are_set_and_shown_at_the_top(ada: User) -> None:
    conversation, browser = a_thread(ada), browser_of(ada)
    address = f"/c/{conversation.pk}/tags/"
    browser.post(address, {"names": "bread, rice"})
    key = tags_of(ada)[0].pk
    browser.post(address, {"tag": [key]})
    assert f'value="{key}" checked' in browser.get(address).text
    page = browser.get(f"/c/{conversation.pk}/").text
    assert '<li class="place-chip">bread</li></ul>' in page


def test_the_side_lists_folders_with_counts_and_tags(ada: User) -> None:
    set_tags(put(a_thread(ada), a_folder(ada, "Garden")), [], "bread")
    fragment = browser_of(ada).get("/folders/").text
    assert "1 chat<" in fragment
    assert "Garden" in fragment
    assert ">bread</option>" in fragment


async def test_news_of_a_place_have_the_page_ask_anew(ada: User) -> None:
    follower = ListFollower(ada)
    follower.hear({"lists": True})
    assert not follower.is_quick()
    frame = await follower.frame()
    names = ("conversations", "folders", "folder")
    assert all(f'data-name="{name}"' in frame for name in names)
    assert follower.is_quick()
    assert await follower.frame() == ""


@pytest.mark.django_db(transaction=True)
async def test_news_of_one_row_bring_it_and_its_place(ada: User) -> None:
    conversation = await Conversation.objects.acreate(owner=ada, model="m", title="Roses")
    follower = ListFollower(ada)
    follower.hear({"conversation": str(conversation.pk), "place": True})
    frame = await follower.frame()
    assert "Roses" in frame
    assert f'data-name="place-{conversation.pk}"' in frame


@pytest.mark.django_db(transaction=True)
async def test_a_temporary_chat_comes_into_no_open_list(ada: User) -> None:
    soon = timezone.now() + timedelta(days=1)
    conversation = await Conversation.objects.acreate(owner=ada, model="m", expires_at=soon)
    follower = ListFollower(ada)
    follower.hear({"conversation": str(conversation.pk)})
    assert "<li" not in await follower.frame()
