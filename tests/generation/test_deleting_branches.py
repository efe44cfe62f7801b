"""Deleting a branch: what goes with it, what stays, and when it must not go."""

import pytest

from chatapp.accounts.models import User
from chatapp.context.cover import read
from chatapp.context.models import Protection, Summary
from chatapp.conversations.flags import flag
from chatapp.conversations.handover import hand_back, say
from chatapp.conversations.models import Conversation, Flag, Message
from chatapp.generation.actions import take_over
from chatapp.generation.models import Run
from chatapp.review.models import Note
from chatapp.usage.models import Call
from tests.conftest import answered, browser_of
from tests.generation.trees import edited, post, said, send, shown, with_turns
from tests.security.conftest import corrected_notes


@pytest.fixture
def thread(ada: User) -> Conversation:
    return with_turns(ada, ("One?", "One."), ("Two?", "Two."), ("Three?", "Three."))


def delete(owner: User, message: Message) -> int:
    return post(owner, f"/messages/{message.pk}/delete/").status_code


def test_a_branch_goes_with_all_below_it_and_its_sibling_is_shown(
    ada: User, thread: Conversation
) -> None:
    new = edited(ada, said(thread, "Two?"), "Deux?", "Deux.")
    assert delete(ada, new) == 200
    assert shown(thread) == ["One?", "One.", "Two?", "Two.", "Three?", "Three."]
    assert not Message.objects.filter(text__startswith="Deux").exists()


def test_without_a_sibling_what_stands_before_it_is_shown(ada: User, thread: Conversation) -> None:
    assert delete(ada, said(thread, "Two?")) == 200
    assert shown(thread) == ["One?", "One."]
    assert Message.objects.count() == Run.objects.count() * 2 == 2


def test_the_dialogue_says_how_many_messages_go(ada: User, thread: Conversation) -> None:
    edited(ada, said(thread, "Three?"), "Trois?", "Trois.")
    path = f"/messages/{said(thread, 'Two?').pk}/delete/"
    assert "6 messages" in browser_of(ada).get(path).text
    assert (
        "This message will be gone"
        in browser_of(ada)
        .get(path.replace(str(said(thread, "Two?").pk), str(said(thread, "Trois.").pk)))
        .text
    )


def test_a_branch_that_is_not_shown_goes_unseen(ada: User, thread: Conversation) -> None:
    edited(ada, said(thread, "Two?"), "Deux?", "Deux.")
    assert delete(ada, said(thread, "Three?")) == 200
    assert shown(thread)[-1] == "Deux."
    assert not Message.objects.filter(text="Three.").exists()


def test_all_of_it_may_go_and_something_else_be_asked(ada: User, thread: Conversation) -> None:
    assert delete(ada, said(thread, "One?")) == 200
    assert shown(thread) == []
    assert browser_of(ada).get(f"/c/{thread.pk}/").status_code == 200
    send(ada, thread, "Anew?")
    assert shown(thread) == ["Anew?", ""]


def test_deleted_twice_it_is_not_there_any_more(ada: User, thread: Conversation) -> None:
    message = said(thread, "Two?")
    assert [delete(ada, message), delete(ada, message)] == [200, 404]


def test_nothing_goes_while_an_answer_is_written_in_it(ada: User, thread: Conversation) -> None:
    send(ada, thread, "Four?")
    assert delete(ada, said(thread, "Two?")) == 409
    answered(thread, "Four.")
    assert delete(ada, said(thread, "Two?")) == 200


def test_another_branch_may_go_while_an_answer_is_written(ada: User, thread: Conversation) -> None:
    edited(ada, said(thread, "Two?"), "Deux?")
    assert delete(ada, said(thread, "Two?")) == 200
    assert answered(thread, "Deux.").text == "Deux."


def test_what_a_person_of_the_staff_said_stays(ada: User, sue: User, thread: Conversation) -> None:
    take_over(thread.pk, sue, "Susan")
    assert delete(ada, said(thread, "Three?")) == 409
    say(thread.pk, sue, Message().pk, "Hello, I am Susan.")
    hand_back(thread.pk, sue)
    assert delete(ada, said(thread, "Three?")) == 409
    assert shown(thread)[-1] == "Hello, I am Susan."


def test_reasons_to_look_and_notes_of_the_staff_outlive_the_branch(
    ada: User, sue: User, thread: Conversation
) -> None:
    answer = said(thread, "Three.")
    flag(thread.pk, "thumb", message_id=answer.pk, detail="Wrong")
    Note.objects.create(conversation=thread, message=answer, author=sue, text="See this")
    assert delete(ada, answer) == 200
    assert Flag.objects.get(kind="thumb").message is None
    assert Note.objects.get().message is None
    assert Conversation.objects.open_to_staff(sue).filter(pk=thread.pk).exists()


def test_the_ledger_keeps_what_was_spent(ada: User, thread: Conversation) -> None:
    run = Run.objects.get(message=said(thread, "Three."))
    Call.objects.create(
        purpose="answer", model="claude-sonnet-5-5", user=ada, run=run.pk, conversation=thread
    )
    assert delete(ada, said(thread, "Three?")) == 200
    assert Call.objects.get().run == run.pk
    assert not Run.objects.filter(pk=run.pk).exists()


def test_notes_on_what_was_deleted_are_gone_and_those_before_it_stay(
    ada: User, thread: Conversation
) -> None:
    early, late = said(thread, "One."), said(thread, "Two.")
    kept = corrected_notes(early, ada)
    row = {"message_ids": [late.parent_id], "digest": "x", "tokens_before": 9, "tokens_after": 3}
    Summary.objects.create(
        conversation=thread, first=late.parent, last=late.parent, text="- late", **row
    )
    Protection.objects.create(message=late, conversation=thread, by=ada)
    assert delete(ada, said(thread, "Two?")) == 200
    assert set(Summary.objects.values_list("last__text", flat=True)) == {"One?"}
    assert read(thread.pk, early.pk).rows == [kept]
    assert not Protection.objects.exists()
