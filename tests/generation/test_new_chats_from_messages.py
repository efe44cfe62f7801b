"""A conversation that begins with what was said in another one, and then goes its own way."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.context.cover import read
from chatapp.context.directions import directions
from chatapp.context.models import Protection, Summary
from chatapp.context.plan import plan
from chatapp.conversations.handover import hand_back, say
from chatapp.conversations.models import Conversation, Message, Takeover
from chatapp.conversations.wishes import Wishes
from chatapp.generation.actions import begin_conversation, take_over
from chatapp.generation.branching import branch
from chatapp.generation.models import Run
from chatapp.usage.models import Call
from tests.conftest import a_conversation, a_prompt, answered, browser_of
from tests.context.trees import texts
from tests.generation.trees import HTMX, post, said, send, shown, with_turns
from tests.security.conftest import corrected_notes


@pytest.fixture
def thread(ada: User) -> Conversation:
    return with_turns(ada, ("One?", "One."), ("Two?", "Two."))


def branched(owner: User, message: Message) -> Conversation:
    reply = post(owner, f"/messages/{message.pk}/branch/")
    assert reply.status_code == 200, reply.text
    return Conversation.objects.get(pk=reply.headers["HX-Redirect"].split("/")[2])


def test_it_holds_the_path_up_to_the_message_and_no_more(ada: User, thread: Conversation) -> None:
    made = branched(ada, said(thread, "Two?"))
    assert shown(made) == ["One?", "One.", "Two?"]
    assert shown(thread) == ["One?", "One.", "Two?", "Two."]
    assert set(made.messages.values_list("pk", flat=True)).isdisjoint(
        thread.messages.values_list("pk", flat=True)
    )


def test_it_says_where_it_comes_from_and_keeps_prompt_version_and_model(ada: User) -> None:
    thread = begin_conversation(
        ada, Message().pk, "One?", "claude-haiku-5-5", Wishes(prompt=a_prompt(is_kept=True))
    )
    answer = answered(thread, "One.")
    made = branched(ada, answer)
    assert made.title == "Branch of One?"
    same = ("owner_id", "model", "prompt_id", "version_id", "is_trial")
    assert [getattr(made, name) for name in same] == [getattr(thread, name) for name in same]
    assert made.version_id


def test_its_messages_say_the_same_seams_and_endings_included(ada: User) -> None:
    thread = a_conversation(ada)
    message = answered(thread, "Half", "interrupted")
    post(ada, f"/messages/{message.pk}/continuation/")
    message = answered(thread, " and half")
    made = branched(ada, message)
    copy = Message.objects.path_to(made.current_leaf_id)[1]
    same = ("content", "text", "seams", "status", "stop_reason", "model", "created_at")
    assert [getattr(copy, name) for name in same] == [getattr(message, name) for name in same]


def test_what_it_cost_stays_where_it_was_spent(ada: User, thread: Conversation) -> None:
    before = Run.objects.count(), Call.objects.count()
    made = branched(ada, said(thread, "Two."))
    assert (Run.objects.count(), Call.objects.count()) == before
    assert browser_of(ada).get(f"/c/{made.pk}/").status_code == 200


def test_an_answer_that_is_being_written_begins_no_chat(ada: User) -> None:
    thread = a_conversation(ada)
    reply = post(ada, f"/messages/{thread.messages.get(role='assistant').pk}/branch/")
    assert (reply.status_code, Conversation.objects.count()) == (409, 1)


def test_it_stands_in_no_folder_of_pins_and_goes_on_by_itself(
    ada: User, thread: Conversation
) -> None:
    browser_of(ada).post(f"/c/{thread.pk}/pin/", {"on": "1"}, headers=HTMX)
    made = branched(ada, said(thread, "Two."))
    assert (made.pinned_at, made.archived_at) == (None, None)
    send(ada, made, "Three?")
    answered(made, "Three.")
    assert shown(made)[-1] == "Three."
    assert shown(thread)[-1] == "Two."


def test_claude_is_told_the_words_and_no_notes_of_the_other_conversation(
    ada: User, thread: Conversation
) -> None:
    answer = said(thread, "Two.")
    corrected_notes(answer, ada)
    assert read(thread.pk, answer.pk).rows
    made = branched(ada, answer)
    assert not read(made.pk, made.current_leaf_id).rows
    assert not Summary.objects.filter(conversation=made).exists()
    send(ada, made, "Three?")
    pending = Message.objects.get(conversation=made, status="pending")
    sent = texts(plan(directions(made), pending))
    assert sent == ["One?", "One.", "Two?", "Two.", "Three?"]


def test_what_is_kept_word_for_word_is_kept_there_too(ada: User, thread: Conversation) -> None:
    post(ada, f"/messages/{said(thread, 'One.').pk}/keep/")
    assert Protection.objects.count() == 1
    made = branched(ada, said(thread, "Two."))
    assert Protection.objects.get(conversation=made).message.text == "One."


def test_what_a_person_said_is_told_there_and_outlives_the_first_conversation(
    ada: User, sue: User, thread: Conversation
) -> None:
    take_over(thread.pk, sue, "Susan")
    said_by_sue = say(thread.pk, sue, Message().pk, "I am Susan.")
    made = branched(ada, said_by_sue)
    hand_back(thread.pk, sue, "It was lost.")
    assert not Takeover.objects.running().exists()
    browser_of(ada).post(f"/c/{thread.pk}/delete/", headers=HTMX)
    assert shown(made) == ["One?", "One.", "Two?", "Two.", "I am Susan."]
    send(ada, made, "Thanks")
    assert Message.objects.filter(conversation=made, status="pending").exists()


def test_a_long_thread_is_copied_in_few_queries(
    ada: User, thread: Conversation, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        send(ada, thread, f"{number}?")
        answered(thread, f"{number}.")
    message = said(thread, "3.")
    with django_assert_max_num_queries(14):
        made = branch(message)
    assert len(shown(made)) == 12
