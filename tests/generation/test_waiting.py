"""What is sent while an answer is being written waits for its turn, and goes once."""

import uuid

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.conversations.handover import hand_back
from chatapp.conversations.models import Conversation, Message, QueuedMessage
from chatapp.generation import actions, log, queue
from chatapp.generation.log import Piece
from chatapp.generation.models import Run, Runner
from chatapp.usage.models import Budget
from tests.conftest import a_conversation, a_thread, answered, browser_of
from tests.generation.test_one_end import at_once
from tests.generation.trees import HTMX, edited, post, said, send, shown


@pytest.fixture
def busy(ada: User) -> Conversation:
    """A conversation in which the first answer is being written."""
    return a_conversation(ada, "One?")


def test_a_message_sent_meanwhile_is_asked_when_the_answer_has_ended(
    ada: User, busy: Conversation
) -> None:
    waiting = send(ada, busy, "Two?")
    assert shown(busy) == ["One?", ""]
    answered(busy, "One.")
    assert shown(busy) == ["One?", "One.", "Two?", ""]
    assert Message.objects.get(text="Two?").pk == waiting
    assert Run.objects.live().get().message_id == busy.current_leaf_id
    assert not QueuedMessage.objects.exists()


@pytest.mark.parametrize("state", ["done", "stopped", "failed", "interrupted"])
def test_however_an_answer_ends_one_message_goes_on(
    ada: User, busy: Conversation, state: str
) -> None:
    for text in ("Two?", "Three?"):
        send(ada, busy, text)
    answered(busy, "One.", state)
    assert shown(busy) == ["One?", "One.", "Two?", ""]
    answered(busy, "Two.")
    assert shown(busy)[4:] == ["Three?", ""]


def test_a_stop_of_what_is_queued_lets_the_next_go_on(ada: User, busy: Conversation) -> None:
    send(ada, busy, "Two?")
    actions.stop(Run.objects.get())
    assert shown(busy) == ["One?", "", "Two?", ""]


def test_sent_ten_times_it_waits_once(ada: User, busy: Conversation) -> None:
    form = {"message_id": uuid.uuid4(), "text": "Two?"}
    for _ in range(10):
        assert post(ada, f"/c/{busy.pk}/messages/", **form).status_code == 200
    assert QueuedMessage.objects.count() == 1
    answered(busy, "One.")
    assert post(ada, f"/c/{busy.pk}/messages/", **form).status_code == 200
    assert Message.objects.filter(text="Two?").count() == 1
    assert not QueuedMessage.objects.exists()


def test_an_id_that_waits_elsewhere_is_as_good_as_missing(ada: User, busy: Conversation) -> None:
    waiting = send(ada, busy, "Two?")
    other = a_conversation(ada)
    reply = post(ada, f"/c/{other.pk}/messages/", message_id=waiting, text="Two?")
    assert reply.status_code == 404


def test_no_more_than_ten_wait_at_once(ada: User, busy: Conversation) -> None:
    for number in range(10):
        send(ada, busy, f"{number}?")
    reply = post(ada, f"/c/{busy.pk}/messages/", message_id=uuid.uuid4(), text="More?")
    assert (reply.status_code, "10 messages wait already" in reply.text) == (409, True)
    assert "data-full" in browser_of(ada).get(f"/c/{busy.pk}/").text


@pytest.mark.parametrize(("text", "status"), [(" ", 422), ("word " * 3_000, 413)])
def test_what_could_never_be_sent_does_not_wait(
    ada: User, busy: Conversation, settings: Settings, text: str, status: int
) -> None:
    settings.CONTEXT_MARKS = {"app_cap": 20_000}
    reply = post(ada, f"/c/{busy.pk}/messages/", message_id=uuid.uuid4(), text=text)
    assert (reply.status_code, QueuedMessage.objects.count()) == (status, 0)


def test_what_waits_can_be_reworded_and_withdrawn(ada: User, busy: Conversation) -> None:
    first, second = send(ada, busy, "Two?"), send(ada, busy, "Three?")
    assert "Two?" in browser_of(ada).get(f"/waiting/{first}/").text
    assert "Deux?" in post(ada, f"/waiting/{first}/", text="Deux?").text
    assert "Three?" not in post(ada, f"/waiting/{second}/delete/").text
    answered(busy, "One.")
    answered(busy, "Two.")
    assert shown(busy) == ["One?", "One.", "Deux?", "Two."]


def test_what_was_sent_meanwhile_can_no_longer_be_changed(ada: User, busy: Conversation) -> None:
    waiting = send(ada, busy, "Two?")
    answered(busy, "One.")
    for path in (f"/waiting/{waiting}/", f"/waiting/{waiting}/delete/"):
        reply = post(ada, path, text="Deux?")
        assert (reply.status_code, "sent meanwhile" in reply.text) == (409, True)
    assert said(busy, "Two?").pk == waiting


def test_what_others_have_waiting_is_as_good_as_missing(
    ada: User, ben: User, busy: Conversation
) -> None:
    waiting = send(ada, busy, "Two?")
    for path in ("", "delete/", "turn/"):
        assert post(ben, f"/waiting/{waiting}/{path}", text="Deux?").status_code == 404
    assert QueuedMessage.objects.get().text == "Two?"


def test_over_budget_it_waits_with_the_sentence_until_it_is_sent_again(
    ada: User, busy: Conversation
) -> None:
    waiting = send(ada, busy, "Two?")
    budget = Budget.objects.create(person=ada, period="day", hard=0)
    answered(busy, "One.")
    page = browser_of(ada).get(f"/c/{busy.pk}/").text
    assert "Your daily budget is used up" in page
    assert shown(busy) == ["One?", "One."]
    assert "used up" in post(ada, f"/waiting/{waiting}/turn/").text
    budget.delete()
    assert "Two?" in post(ada, f"/waiting/{waiting}/turn/").text
    assert shown(busy)[2:] == ["Two?", ""]


def test_a_new_message_does_not_overtake_one_that_is_held(ada: User, busy: Conversation) -> None:
    send(ada, busy, "Two?")
    budget = Budget.objects.create(person=ada, period="day", hard=0)
    answered(busy, "One.")
    send(ada, busy, "Three?")
    assert QueuedMessage.objects.count() == 2
    budget.delete()
    send(ada, busy, "Four?")
    assert shown(busy)[2:] == ["Two?", ""]


def test_a_person_who_takes_over_gets_all_that_waits(
    ada: User, sue: User, busy: Conversation
) -> None:
    for text in ("Two?", "Three?"):
        send(ada, busy, text)
    actions.take_over(busy.pk, sue, "Susan")
    assert shown(busy) == ["One?", "", "Two?", "Three?"]
    hand_back(busy.pk, sue)
    assert not QueuedMessage.objects.exists()


def test_what_budget_held_back_goes_to_the_person(ada: User, sue: User, busy: Conversation) -> None:
    send(ada, busy, "Two?")
    Budget.objects.create(person=ada, period="day", hard=0)
    answered(busy, "One.")
    actions.take_over(busy.pk, sue, "Susan")
    assert shown(busy)[2:] == ["Two?"]


def test_the_model_that_was_chosen_with_it_answers_it(ada: User, busy: Conversation) -> None:
    form = {"message_id": uuid.uuid4(), "text": "Two?", "model": "claude-haiku-5-5"}
    assert post(ada, f"/c/{busy.pk}/messages/", **form).status_code == 200
    answered(busy, "One.")
    assert Run.objects.live().get().model == "claude-haiku-5-5"
    busy.refresh_from_db()
    assert busy.model == "claude-haiku-5-5"


def test_it_goes_to_the_branch_that_is_shown_at_its_turn(ada: User) -> None:
    thread = a_thread(ada, "One?", "One.")
    edited(ada, said(thread, "One?"), "Un?")
    send(ada, thread, "Next?")
    post(ada, f"/messages/{said(thread, 'One?').pk}/version/")
    run = Run.objects.live().get()
    actions.stop(run)
    assert shown(thread) == ["One?", "One.", "Next?", ""]


def test_an_id_taken_meanwhile_keeps_nobody_from_ending(ada: User, busy: Conversation) -> None:
    other = a_conversation(ada, "Other")
    waiting = send(ada, busy, "Two?")
    Message.objects.create(pk=waiting, conversation=other, role="user", text="Two?")
    assert answered(busy, "One.").text == "One."
    assert not QueuedMessage.objects.exists()


def test_a_page_shows_what_waits_and_its_reply_the_same(ada: User, busy: Conversation) -> None:
    form = {"message_id": uuid.uuid4(), "text": "Two <b>?"}
    reply = browser_of(ada).post(f"/c/{busy.pk}/messages/", form, headers=HTMX).text
    fragment = reply.removeprefix('<template data-frame="part">').removesuffix("</template>")
    assert "Two &lt;b&gt;?" in fragment
    assert fragment.strip() in browser_of(ada).get(f"/c/{busy.pk}/").text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(6))
def test_a_dead_runner_and_its_end_at_once_send_one_message_once(ada: User, round: int) -> None:
    runner = Runner.objects.create()
    busy = a_conversation(ada, "One?")
    (run,) = queue.claim(runner.pk, 10)
    log.write(runner.pk, [Piece(run.pk, 0, 0, "text", "Half")], {run.pk: "writing"})
    waiting = send(ada, busy, "Two?")
    at_once(lambda: queue.retire(runner.pk), lambda: queue.retire(runner.pk))
    assert shown(busy) == ["One?", "Half", "Two?", ""]
    assert Run.objects.live().get().message.parent_id == waiting
    assert not QueuedMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(6))
def test_a_message_sent_as_the_answer_ends_is_never_left_waiting(ada: User, round: int) -> None:
    busy = a_conversation(ada, "One?")
    at_once(lambda: answered(busy, "One."), lambda: send(ada, busy, "Two?"))
    assert shown(busy) == ["One?", "One.", "Two?", ""]
    assert not QueuedMessage.objects.exists()
