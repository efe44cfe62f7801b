"""Tags of a person's own: put on, taken off, bounded, and gone when nothing has them."""

import pytest

from chatapp.accounts.models import User
from chatapp.conversations import tags
from chatapp.conversations.models import Conversation, OwnTag, Tagging
from chatapp.conversations.tags import add_tags, set_tags, tags_of, tags_on
from chatapp.errors import Unusable
from tests.conftest import a_thread


def names(conversation: Conversation) -> list[str]:
    return [tag.name for tag in tags_on(conversation)]


def key(name: str) -> str:
    return str(OwnTag.objects.get(name=name).pk)


def test_tags_are_made_where_they_are_named(ada: User) -> None:
    conversation = a_thread(ada)
    set_tags(conversation, [], "Summer, #bread,, Summer ,  rye  flour")
    assert names(conversation) == ["bread", "rye flour", "Summer"]


def test_a_tag_in_another_case_is_the_same_tag(ada: User) -> None:
    first, second = a_thread(ada), a_thread(ada)
    set_tags(first, [], "Bread")
    set_tags(second, [], "BREAD, bread")
    assert names(second) == ["Bread"]
    assert OwnTag.objects.count() == 1


def test_everybody_has_tags_of_their_own(ada: User, ben: User) -> None:
    set_tags(a_thread(ada), [], "bread")
    set_tags(a_thread(ben), [], "bread")
    assert [tag.owner_id for tag in tags_of(ada)] == [ada.pk]
    assert OwnTag.objects.count() == 2


def test_what_is_not_kept_is_taken_off_and_goes_when_unused(ada: User) -> None:
    first, second = a_thread(ada), a_thread(ada)
    set_tags(first, [], "bread, rice")
    set_tags(second, [], "bread")
    set_tags(first, [], "")
    assert names(first) == []
    assert [tag.name for tag in tags_of(ada)] == ["bread"]


def test_a_tag_of_somebody_else_cannot_be_put_on(ada: User, ben: User) -> None:
    set_tags(a_thread(ben), [], "secret")
    conversation = a_thread(ada)
    set_tags(conversation, [key("secret"), "9" * 40, "x"], "")
    assert names(conversation) == []


def test_a_chat_has_at_most_twenty(ada: User) -> None:
    conversation = a_thread(ada)
    set_tags(conversation, [], ",".join(map(str, range(20))))
    every = [str(tag.pk) for tag in tags_on(conversation)]
    with pytest.raises(Unusable, match="20 tags"):
        set_tags(conversation, every, "one more")
    assert len(names(conversation)) == 20
    assert not OwnTag.objects.filter(name="one more").exists()


def test_a_person_has_so_many_tags_and_no_more(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "MOST_TAGS", 2)
    with pytest.raises(Unusable, match="2 tags"):
        set_tags(a_thread(ada), [], "a, b, c")
    assert not Tagging.objects.exists()


def test_many_chats_get_a_tag_beside_those_that_they_have(ada: User) -> None:
    first, second = a_thread(ada), a_thread(ada)
    set_tags(first, [], "old")
    add_tags(ada, [first.pk, second.pk], "new")
    assert (names(first), names(second)) == (["new", "old"], ["new"])


def test_no_chat_gets_a_tag_when_one_would_have_too_many(ada: User) -> None:
    full, empty = a_thread(ada), a_thread(ada)
    set_tags(full, [], ",".join(map(str, range(20))))
    with pytest.raises(Unusable):
        add_tags(ada, [full.pk, empty.pk], "new")
    assert (len(names(full)), names(empty)) == (20, [])


def test_a_name_longer_than_a_tag_is_refused(ada: User) -> None:
    with pytest.raises(Unusable, match="40 characters"):
        set_tags(a_thread(ada), [], "x" * 41)


def test_no_list_of_names_is_longer_than_a_chat_can_have(ada: User) -> None:
    with pytest.raises(Unusable, match="20 tags"):
        set_tags(a_thread(ada), [], ",".join(map(str, range(10_000))))
    assert not OwnTag.objects.exists()
