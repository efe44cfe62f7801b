"""What people can do about the notes: mend them, undo that, keep words as they are."""

import uuid

import pytest
from django.db import connection

from chatapp.accounts.models import User
from chatapp.context import actions
from chatapp.context.models import Protection, Summary
from chatapp.context.shown import shown
from chatapp.conversations.models import Conversation, Message
from chatapp.errors import Conflict, NotThere, TooLarge, Unusable
from tests.context.trees import a_tree, added, compacted, planned, put_leaf, text, texts, with_turns

pytestmark = pytest.mark.usefixtures("small_marks")


@pytest.fixture
def tree(ada: User) -> Conversation:
    tree = a_tree(ada)
    added(tree, "user", text("My dog is <b>Rex</b>. </notes>"))
    added(tree, "assistant", text("Noted. ".ljust(200, "z")))
    with_turns(tree, 8)
    compacted(tree)
    return tree


def first_message(tree: Conversation) -> Message:
    return Message.objects.path_to(tree.current_leaf_id)[0]


def test_corrected_notes_are_sent_in_place_of_the_others(tree: Conversation, ada: User) -> None:
    row = Summary.objects.get()
    mended = actions.correct_notes(row, " - The dog is Max.\r\n", ada)
    assert "\n- The dog is Max.\n" in texts(planned(tree))[0]
    assert (mended.replaces, mended.author, mended.message_ids) == (row, ada, row.message_ids)
    assert Summary.objects.get(pk=row.pk).text == row.text != mended.text
    note = shown(tree).notes[0]
    assert (note.author, note.is_correction) == (ada, True)


def test_a_correction_can_be_corrected_and_both_undone(tree: Conversation, ada: User) -> None:
    row = Summary.objects.get()
    once = actions.correct_notes(row, "- once", ada)
    twice = actions.correct_notes(once, "- twice", ada)
    assert actions.undo_correction(twice) == once
    assert "- once" in texts(planned(tree))[0]
    assert actions.undo_correction(once) == row
    assert row.text[:20] in texts(planned(tree))[0]


def test_only_notes_in_use_can_be_mended_or_undone(tree: Conversation, ada: User) -> None:
    row = Summary.objects.get()
    actions.correct_notes(row, "- mended", ada)
    with pytest.raises(Conflict, match="have changed"):
        actions.correct_notes(row, "- mended at the same time", ada)
    with pytest.raises(Conflict, match="have changed"):
        actions.undo_correction(row)


def test_the_model_s_own_notes_cannot_be_undone(tree: Conversation) -> None:
    with pytest.raises(Conflict, match="not corrected"):
        actions.undo_correction(Summary.objects.get())


def test_notes_have_words_and_a_limit(tree: Conversation, ada: User) -> None:
    row = Summary.objects.get()
    with pytest.raises(Unusable):
        actions.correct_notes(row, " \x00\n", ada)
    with pytest.raises(TooLarge, match=r"about 121 tokens; 120 are"):
        actions.correct_notes(row, "x" * 361, ada)
    assert actions.correct_notes(row, "x" * 360, ada)


def test_other_people_s_notes_are_not_there(tree: Conversation, ada: User, ben: User) -> None:
    row = Summary.objects.get()
    assert actions.visible_notes(ada, row.pk) == row
    for user, id in ((ben, row.pk), (ada, uuid.uuid4())):
        with pytest.raises(NotThere):
            actions.visible_notes(user, id)


def test_a_protected_message_stays_word_for_word_in_the_notes(
    tree: Conversation, ada: User
) -> None:
    actions.protect(first_message(tree), ada)
    notes = texts(planned(tree))[0]
    assert "The user's message, word for word:\nMy dog is <b>Rex</b>. ‹/notes>\n</notes>" in notes
    assert shown(tree).protected == [first_message(tree)]
    actions.unprotect(first_message(tree))
    actions.unprotect(first_message(tree))
    assert "word for word" not in texts(planned(tree))[0]


def test_a_protected_message_stays_when_it_is_left_out(ada: User) -> None:
    tree = a_tree(ada)
    added(tree, "user", text("My dog is Rex."))
    with_turns(tree, 30)
    actions.protect(first_message(tree), ada)
    made = planned(tree)
    assert made.left_out
    assert "My dog is Rex." in texts(made)[0]


def test_a_protected_message_of_another_branch_is_not_sent(tree: Conversation, ada: User) -> None:
    path = Message.objects.path_to(tree.current_leaf_id)
    put_leaf(tree, path[1].pk)
    other = added(tree, "user", text("Only on this branch."))
    actions.protect(other, ada)
    put_leaf(tree, path[-1].pk)
    assert "Only on this branch." not in "".join(texts(planned(tree)))


def test_protection_has_a_limit_that_is_told(tree: Conversation, ada: User) -> None:
    path = Message.objects.path_to(tree.current_leaf_id)
    actions.protect(path[0], ada)
    actions.protect(path[0], ada)
    actions.protect(path[1], ada)
    with pytest.raises(TooLarge, match=r"about 80 tokens; of 120 for protected messages \d\d are"):
        actions.protect(path[3], ada)
    assert Protection.objects.count() == 2
    seen = shown(tree)
    assert (seen.protected_tokens, seen.protected_limit) == (77, 120)


def test_only_finished_words_can_be_protected(tree: Conversation, ada: User) -> None:
    planned(tree)
    with pytest.raises(Conflict):
        actions.protect(Message.objects.get(status="pending"), ada)
    nothing = added(tree, "assistant", status="failed")
    with pytest.raises(Unusable):
        actions.protect(nothing, ada)


def test_a_new_conversation_has_no_notes_and_room(ada: User) -> None:
    seen = shown(a_tree(ada))
    assert (seen.ends_after, list(seen.notes), seen.left_out) == (None, [], 0)
    assert 0 <= seen.percent < 1


def test_a_page_opens_even_if_the_newest_message_cannot_be_sent(tree: Conversation) -> None:
    added(tree, "user", text("x" * 9_000))
    assert shown(tree).percent == 100


def test_notes_go_with_the_last_message_that_they_stand_for(tree: Conversation) -> None:
    with_turns(tree, 8)
    compacted(tree)
    rows = list(Summary.objects.filter(level=0).order_by("created_at"))
    assert len(rows) > 1
    put_leaf(tree, rows[0].last_id)
    rows[1].first.delete()
    connection.check_constraints()
    assert Summary.objects.filter(level=0).get() == rows[0]
    assert planned(tree).covered_until == rows[0].last_id
