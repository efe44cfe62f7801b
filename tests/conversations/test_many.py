"""Many conversations at once: whose, how many, and what is done to them."""

import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations import many
from chatapp.conversations.models import Conversation, Tagging
from chatapp.errors import Unusable
from tests.conftest import a_thread
from tests.conversations.test_folders import a_folder


def test_only_ones_own_are_chosen(ada: User, ben: User) -> None:
    mine, theirs = a_thread(ada), a_thread(ben)
    assert many.chosen(ada, [str(mine.pk), str(theirs.pk), str(uuid.uuid4())]) == [mine.pk]


def test_trials_and_temporary_chats_are_never_chosen(ada: User) -> None:
    trial = Conversation.objects.create(owner=ada, model="m", is_trial=True)
    with pytest.raises(Unusable, match="Choose a conversation"):
        many.chosen(ada, [str(trial.pk)])


@pytest.mark.parametrize("given", [[], ["x"], ["\x00"], [str(uuid.UUID(int=0))] * 1_001])
def test_a_choice_that_is_none_is_refused(ada: User, given: list[str]) -> None:
    a_thread(ada)
    with pytest.raises(Unusable):
        many.chosen(ada, given)


def test_a_thousand_are_chosen_at_once(ada: User) -> None:
    made = Conversation.objects.bulk_create(
        Conversation(owner=ada, model="m") for _ in range(many.MOST)
    )
    assert len(many.chosen(ada, [str(row.pk) for row in made])) == 1_000


def test_many_are_put_away_and_brought_back(ada: User) -> None:
    ids = [a_thread(ada).pk, a_thread(ada).pk]
    many.archive_many(ada, ids, on=True)
    assert Conversation.objects.listed(archived=True).count() == 2
    many.archive_many(ada, ids, on=False)
    assert Conversation.objects.listed().count() == 2


def test_many_move_into_a_folder_and_out_again(ada: User) -> None:
    folder, ids = a_folder(ada), [a_thread(ada).pk, a_thread(ada).pk]
    many.move_many(ada, ids, folder)
    assert Conversation.objects.filter(folder=folder).count() == 2
    many.move_many(ada, ids, None)
    assert not Conversation.objects.filter(folder=folder).exists()


def test_nothing_is_done_to_what_belongs_to_somebody_else(ada: User, ben: User) -> None:
    theirs = a_thread(ben)
    many.archive_many(ada, [theirs.pk], on=True)
    many.move_many(ada, [theirs.pk], a_folder(ada))
    many.tag_many(ada, [theirs.pk], "mine")
    theirs.refresh_from_db()
    assert (theirs.archived_at, theirs.folder) == (None, None)
    assert not Tagging.objects.exists()
