"""How conversations come into the queue: each once, with all their reasons."""

import uuid
from decimal import Decimal

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.feedback import judge
from chatapp.conversations.flags import flag
from chatapp.conversations.handover import ask_for_person
from chatapp.conversations.models import Conversation, Flag, Unchecked
from chatapp.generation.actions import send
from chatapp.generation.finish import Ending, finish
from chatapp.generation.models import Run
from chatapp.review.actions.items import set_status
from chatapp.review.models import Item, Room, Rule
from chatapp.review.rules import is_sampled
from tests.conftest import a_conversation, a_thread, answered
from tests.review.conftest import take_everything_in

pytestmark = pytest.mark.django_db


def kinds(conversation: Conversation) -> list[str]:
    take_everything_in()
    item = Item.objects.filter(conversation=conversation).first()
    return item.kinds if item else []


def test_a_whole_answer_that_nobody_complains_of_stays_out(ada: User) -> None:
    assert kinds(a_thread(ada)) == []
    assert not Unchecked.objects.exists()


def test_a_thumb_down_with_a_comment_enters_and_one_without_does_not(ada: User) -> None:
    thread = a_thread(ada)
    answer = thread.messages.get(role="assistant")
    judge(answer, ada, "down", "wrong")
    assert kinds(thread) == []
    judge(answer, ada, "down", "wrong", "It is blue.")
    assert kinds(thread) == ["thumb"]


def test_asking_for_a_person_enters_with_high_priority(ada: User) -> None:
    thread = a_thread(ada)
    ask_for_person(thread.pk, ada, "I need a refund")
    assert kinds(thread) == ["asked"]
    assert Item.objects.get().priority == Item.Priority.HIGH
    assert Flag.objects.get().detail == "I need a refund"


@pytest.mark.parametrize(
    ("state", "stop_reason", "kind"),
    [
        ("failed", "", "failed"),
        ("done", "refusal", "refused"),
        ("done", "max_tokens", "limit"),
        ("done", "answer_too_long", "limit"),
    ],
)
def test_what_went_wrong_enters_by_itself(
    ada: User, state: str, stop_reason: str, kind: str
) -> None:
    thread = a_conversation(ada)
    finish([Ending(Run.objects.get().pk, state, stop_reason=stop_reason)])
    assert kinds(thread) == [kind]


def test_all_reasons_are_kept_each_with_its_time_in_one_item(ada: User) -> None:
    thread = a_thread(ada)
    answer = thread.messages.get(role="assistant")
    judge(answer, ada, "down", "wrong", "It is blue.")
    ask_for_person(thread.pk, ada)
    judge(answer, ada, "down", "wrong", "It is green.")
    assert kinds(thread) == ["asked", "thumb"]
    assert Item.objects.count() == 1
    assert Flag.objects.filter(conversation=thread).count() == 2


def test_rules_look_at_what_is_asked_and_what_is_answered(ada: User) -> None:
    Rule.objects.create(name="Refunds", pattern="refund", where="user", priority=3)
    Rule.objects.create(name="Digits", pattern=r"\b\d{5}\b", is_regex=True, where="assistant")
    Rule.objects.create(name="Off", pattern="a", is_active=False)
    thread = a_thread(ada, "I want a REFUND", "Your number is 12345.")
    assert kinds(thread) == ["rule"]
    assert {flag.detail for flag in Flag.objects.all()} == {"Refunds", "Digits"}
    assert Item.objects.get().priority == Item.Priority.URGENT
    assert kinds(a_thread(ada, "12345?", "No refund.")) == []


def test_a_rule_that_explodes_says_nothing_and_holds_nobody_up(ada: User) -> None:
    Rule.objects.create(name="Bad", pattern=r"(a|aa)+$", is_regex=True)
    assert kinds(a_thread(ada, "a" * 60 + "b")) == []


def test_a_sample_takes_its_share_and_the_same_each_time() -> None:
    ids = [uuid.UUID(int=n) for n in range(4_000)]
    drawn = [pk for pk in ids if is_sampled(pk, Decimal(10))]
    assert 320 < len(drawn) < 480
    assert drawn == [pk for pk in ids if is_sampled(pk, Decimal(10))]
    assert set(drawn) <= {pk for pk in ids if is_sampled(pk, Decimal(20))}
    assert not any(is_sampled(pk, Decimal(0)) for pk in ids)


def test_sampled_answers_enter_with_low_priority_of_their_own(ada: User) -> None:
    Room.objects.create(sample_percent=100)
    assert kinds(a_thread(ada)) == ["sample"]


def test_a_new_message_reopens_what_is_resolved_and_what_waits_for_the_user(
    ada: User, sue: User, thread: Conversation, item: Item
) -> None:
    for status, reopened in (("waiting", 0), ("resolved", 1)):
        set_status(item.pk, sue, status)
        send(ada, thread.pk, uuid.uuid4(), "And now?", "")
        answered(thread, "Now, too.")
        take_everything_in()
        item.refresh_from_db()
        assert (item.status, item.reopened, item.resolved_at) == ("open", reopened, None)


def test_a_new_reason_reopens_what_is_resolved(sue: User, thread: Conversation, item: Item) -> None:
    set_status(item.pk, sue, "resolved")
    flag(thread.pk, Flag.Kind.COLLEAGUE, by=sue, detail="Once more")
    take_everything_in()
    item.refresh_from_db()
    assert (item.status, item.reopened) == ("open", 1)


def test_the_playground_is_none_of_the_room_s_business(ada: User) -> None:
    thread = a_conversation(ada)
    Conversation.objects.update(is_trial=True)
    finish([Ending(Run.objects.get().pk, "failed")])
    assert kinds(thread) == []


def test_items_go_in_turn_to_those_who_may_read(ada: User, ben: User, sue: User, tim: User) -> None:
    Room.objects.create(assigns_in_turn=True)
    for _ in range(4):
        flag(a_thread(ada).pk, Flag.Kind.COLLEAGUE)
        take_everything_in()
    given = list(Item.objects.order_by("entered_at").values_list("assignee__email", flat=True))
    assert given == [sue.email, tim.email, sue.email, tim.email]
