"""Asking and answering otherwise: versions of messages, and the branch that is shown."""

import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.actions import rename
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.actions import take_over
from chatapp.generation.entries import path_entries
from chatapp.generation.models import Run
from chatapp.generation.tasks import _question_of
from chatapp.usage.models import Budget
from tests.conftest import (
    a_conversation,
    a_prompt,
    a_thread,
    a_version,
    answered,
    browser_of,
    point,
)
from tests.generation.trees import edited, post, said, shown, with_turns


@pytest.fixture
def thread(ada: User) -> Conversation:
    return with_turns(ada, ("One?", "One."), ("Two?", "Two."), ("Three?", "Three."))


def test_an_edited_question_is_a_new_branch_and_the_old_one_stays(
    ada: User, thread: Conversation
) -> None:
    new = edited(ada, said(thread, "Two?"), "Deux?")
    assert shown(thread) == ["One?", "One.", "Deux?", ""]
    assert Run.objects.live().get().message.parent == new
    assert said(thread, "Three.").parent == said(thread, "Three?")
    assert new.parent == said(thread, "Two?").parent


def test_an_edit_posted_ten_times_is_one_version(ada: User, thread: Conversation) -> None:
    question, form = said(thread, "Two?"), {"text": "Deux?", "message_id": uuid.uuid4()}
    for _ in range(10):
        assert post(ada, f"/messages/{question.pk}/edit/", **form).status_code == 200
    assert Message.objects.filter(text="Deux?").count() == Run.objects.live().count() == 1


def test_the_first_question_can_be_asked_otherwise(ada: User, thread: Conversation) -> None:
    edited(ada, said(thread, "One?"), "Un?", "Un.")
    assert shown(thread) == ["Un?", "Un."]
    assert path_entries(thread)[0].place == len(path_entries(thread)[0].versions) == 2


def test_an_edit_keeps_what_was_sent_beside_the_words(ada: User, thread: Conversation) -> None:
    picture = {"type": "image", "source": {"type": "file", "file_id": "x"}}
    leaf = edited(ada, said(thread, "Three?"), "Trois?")
    Message.objects.filter(parent=leaf).delete()
    Message.objects.filter(pk=leaf.pk).update(content=[picture, {"type": "text", "text": "Trois?"}])
    Run.objects.live().delete()
    new = edited(ada, Message.objects.get(pk=leaf.pk), "Drei?")
    assert new.content == [picture, {"type": "text", "text": "Drei?"}]


@pytest.mark.parametrize(("text", "status"), [(" ", 422), ("x" * 400_000, 413)])
def test_an_edit_that_cannot_be_sent_changes_nothing(
    ada: User, thread: Conversation, text: str, status: int
) -> None:
    before = shown(thread)
    reply = post(ada, f"/messages/{said(thread, 'Two?').pk}/edit/", text=text)
    assert (reply.status_code, shown(thread)) == (status, before)


def test_an_edit_over_budget_changes_nothing(ada: User, thread: Conversation) -> None:
    Budget.objects.create(person=ada, period="day", hard=0)
    question = said(thread, "Two?")
    assert post(ada, f"/messages/{question.pk}/edit/", text="Deux?").status_code == 402
    assert shown(thread)[2] == "Two?"


def test_the_words_of_others_cannot_be_edited(ada: User, ben: User, thread: Conversation) -> None:
    answer, question = said(thread, "Two."), said(thread, "Two?")
    assert post(ada, f"/messages/{answer.pk}/edit/", text="Deux.").status_code == 409
    assert post(ben, f"/messages/{question.pk}/edit/", text="Deux?").status_code == 404


@pytest.mark.parametrize("verb", ["edit", "retry"])
def test_nothing_is_begun_beside_an_answer_that_is_being_written(
    ada: User, thread: Conversation, verb: str
) -> None:
    edited(ada, said(thread, "Three?"), "Trois?")
    path = f"/messages/{said(thread, 'Two?' if verb == 'edit' else 'Two.').pk}/{verb}/"
    assert post(ada, path, text="Deux?").status_code == 409
    assert Run.objects.live().count() == 1


@pytest.mark.parametrize("verb", ["edit", "retry"])
def test_nothing_is_begun_while_a_person_is_there(
    ada: User, sue: User, thread: Conversation, verb: str
) -> None:
    take_over(thread.pk, sue, "Susan")
    path = f"/messages/{said(thread, 'Two?' if verb == 'edit' else 'Two.').pk}/{verb}/"
    reply = post(ada, path, text="Deux?")
    assert (reply.status_code, "Susan is here" in reply.text) == (409, True)


def test_any_answer_can_be_given_again_also_by_another_model(
    ada: User, thread: Conversation
) -> None:
    model = thread.model
    old = said(thread, "Two.")
    post(ada, f"/messages/{old.pk}/retry/", model="claude-haiku-5-5")
    assert shown(thread) == ["One?", "One.", "Two?", ""]
    run = Run.objects.live().get()
    assert (run.model, run.message.model) == ("claude-haiku-5-5", "claude-haiku-5-5")
    assert thread.model == model != run.model


def test_a_model_that_is_not_offered_or_not_free_is_refused(ada: User) -> None:
    thread = a_thread(ada)
    path = f"/messages/{said(thread, 'Hello!').pk}/retry/"
    assert post(ada, path, model="gpt-7").status_code == 422
    prompt = a_prompt()
    point(prompt, a_version(prompt, model="claude-opus-5-5"))
    Conversation.objects.update(prompt=prompt)
    reply = post(ada, path, model="claude-haiku-5-5")
    assert (reply.status_code, "always answers" in reply.text) == (422, True)


def test_the_dialogue_offers_the_models_unless_one_is_fixed(ada: User) -> None:
    thread = a_thread(ada)
    path = f"/messages/{said(thread, 'Hello!').pk}/retry/"
    assert 'name="model"' in browser_of(ada).get(path).text
    prompt = a_prompt()
    point(prompt, a_version(prompt, model="claude-opus-5-5"))
    Conversation.objects.update(prompt=prompt)
    assert 'name="model"' not in browser_of(ada).get(path).text


def test_a_question_without_an_answer_gets_one(ada: User, thread: Conversation) -> None:
    post(ada, f"/messages/{said(thread, 'Three.').pk}/delete/")
    assert shown(thread)[-1] == "Three?"
    post(ada, f"/messages/{said(thread, 'Three?').pk}/retry/")
    answered(thread, "At last.")
    assert shown(thread)[-2:] == ["Three?", "At last."]
    assert post(ada, f"/messages/{said(thread, 'Three?').pk}/retry/").status_code == 409


def test_moving_between_versions_comes_back_to_where_one_was(
    ada: User, thread: Conversation
) -> None:
    new = edited(ada, said(thread, "Two?"), "Deux?", "Deux.")
    post(ada, f"/messages/{said(thread, 'Two?').pk}/version/")
    assert shown(thread)[-1] == "Three."
    other = edited(ada, said(thread, "Three?"), "Trois?", "Trois.")
    post(ada, f"/messages/{said(thread, 'Three?').pk}/version/")
    post(ada, f"/messages/{new.pk}/version/")
    assert shown(thread)[-1] == "Deux."
    # Not the newest below it, which is "Trois.", but the one that was left.
    post(ada, f"/messages/{said(thread, 'Two?').pk}/version/")
    assert shown(thread)[-1] == "Three."
    post(ada, f"/messages/{other.pk}/version/")
    assert shown(thread)[-1] == "Trois."


def test_a_branch_never_left_is_shown_to_its_newest_end(ada: User) -> None:
    thread = a_thread(ada)
    Message.objects.filter(role="user").update(left_leaf=uuid.uuid4())
    answered_again = post(ada, f"/messages/{said(thread, 'Hello!').pk}/retry/")
    assert answered_again.status_code == 200
    newest = answered(thread, "Newest")
    post(ada, f"/messages/{said(thread, 'Hello!').pk}/version/")
    post(ada, f"/messages/{said(thread, 'Hello?').pk}/version/")
    assert shown(thread)[-1] == newest.text


def test_a_version_shown_twice_changes_nothing(ada: User, thread: Conversation) -> None:
    path = f"/messages/{said(thread, 'Two?').pk}/version/"
    thread.refresh_from_db()
    before = thread.revision
    assert "Three." in post(ada, path).text
    thread.refresh_from_db()
    assert thread.revision == before


def test_an_answer_knows_its_place_among_its_versions(ada: User, thread: Conversation) -> None:
    old = said(thread, "Three.")
    post(ada, f"/messages/{old.pk}/retry/")
    new = answered(thread, "Drei.")
    reply = post(ada, f"/messages/{old.pk}/version/").text
    assert 'aria-label="Version 1 of 2"' in reply
    assert f"/messages/{new.pk}/version/" in reply
    assert reply.count('class="versions"') == 1


def test_moving_is_possible_while_an_answer_is_being_written(
    ada: User, thread: Conversation
) -> None:
    edited(ada, said(thread, "Two?"), "Deux?")
    post(ada, f"/messages/{said(thread, 'Two?').pk}/version/")
    answered(thread, "Deux.")
    assert shown(thread)[-1] == "Three."
    post(ada, f"/messages/{said(thread, 'Deux?').pk}/version/")
    assert shown(thread)[-1] == "Deux."


def test_a_title_is_made_from_the_first_question_only(ada: User) -> None:
    conversation = a_conversation(ada, "First of all")
    answered(conversation, "Yes")
    edited(ada, said(conversation, "First of all"), "Second of all", "No")
    found = _question_of(conversation.pk)
    assert found
    assert found[1:] == ("First of all", "Yes")
    rename(conversation, "Mine")
    assert _question_of(conversation.pk) is None
