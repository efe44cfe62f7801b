"""A thread as the staff sees it: the owner's words masked, and all that the staff adds."""

import uuid

import pytest

from chatapp.accounts.models import AuditLine, User
from chatapp.conversations.feedback import judge
from chatapp.conversations.models import Conversation, Flag, Message, ReadRecord
from chatapp.generation.actions import send
from chatapp.generation.branching import retry
from chatapp.generation.models import Run
from chatapp.prompts.models import Label
from chatapp.review.actions.items import set_status
from chatapp.review.models import Item, MaskPattern, Note, Presence, Room
from tests.conftest import a_conversation, a_thread, answered, browser_of, flagged
from tests.review.conftest import in_queue, take_everything_in
from tests.security.conftest import corrected_notes

pytestmark = pytest.mark.django_db

SECRET = "Write to ada@private.example or +49 30 1234567, card 4111 1111 1111 1111"


def seen(by: User, thread: Conversation, query: str = "") -> str:
    return browser_of(by).get(f"/review/threads/{thread.pk}/{query}").text


def test_it_reads_like_the_owner_s_with_details_of_each_run(
    thread: Conversation, sue: User, max: User
) -> None:
    page = seen(sue, thread)
    assert "Where is my order?" in page
    assert "It is on its way." in page
    assert "<dt>Prompt</dt><dd>Assistant 1</dd>" in page
    assert "What Claude saw" not in page
    run = Run.objects.get()
    assert f"/runs/{run.pk}/request/" not in seen(max, thread)  # nothing was sent


def test_what_identifies_people_is_masked(ada: User, sue: User) -> None:
    thread = in_queue(a_thread(ada, SECRET, SECRET))
    judge(thread.messages.get(role="assistant"), ada, "down", "wrong", SECRET)
    page = seen(sue, thread)
    assert page.count("[e-mail]") == 3
    assert "[phone]" in page
    assert "[card]" in page
    for secret in ("ada@private.example", "1234567", "4111"):
        assert secret not in page


def test_an_admin_s_own_patterns_and_country_are_masked_too(
    ada: User, sue: User, max: User
) -> None:
    admin, thread = browser_of(max), in_queue(a_thread(ada, "My number is KD-4711."))
    form = {"name": "customer", "expression": r"KD-\d+"}
    assert admin.post("/review/room/pattern/new/", form).status_code == 302
    assert "My number is [customer]." in seen(sue, thread)
    for wrong in ("(", r"(?P<x"):
        answer = admin.post("/review/room/pattern/new/", {"name": "bad", "expression": wrong})
        assert answer.status_code == 422
    assert MaskPattern.objects.count() == 1
    assert Room.now().phone_region == "US"


def test_uncovering_is_a_right_of_its_own_and_on_record(ada: User, sue: User, max: User) -> None:
    thread = in_queue(a_thread(ada, SECRET))
    question = thread.messages.get(role="user")
    address = f"/review/messages/{question.pk}/uncover/"
    assert browser_of(sue).post(address).status_code == 404
    assert not ReadRecord.objects.exists()
    assert "ada@private.example" in browser_of(max).post(address).text
    record = ReadRecord.objects.get()
    assert (record.reader, record.what) == (max, f"uncovered message {question.pk}")


def test_an_export_is_masked_and_a_right_of_its_own(ada: User, sue: User, max: User) -> None:
    thread = in_queue(a_thread(ada, SECRET))
    address = f"/review/threads/{thread.pk}/export/"
    assert browser_of(sue).get(address).status_code == 404
    answer = browser_of(max).get(address)
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "[e-mail]" in answer.text
    assert "private.example" not in answer.text


def test_notes_for_claude_are_shown_masked_where_they_end(ada: User, sue: User) -> None:
    thread = in_queue(a_thread(ada))
    note = corrected_notes(thread.messages.get(role="assistant"), ada)
    type(note).objects.update(text=f"- {SECRET}")
    page = seen(sue, thread)
    assert "Earlier messages are summarised for Claude" in page
    assert "private.example" not in page


def test_branches_that_the_owner_left_can_be_read(ada: User, sue: User) -> None:
    thread = in_queue(a_conversation(ada))
    left = answered(thread, "The first try", "stopped")
    retry(left)
    answered(thread, "The second try")
    page = seen(sue, thread)
    assert "A branch that was left" in page
    assert "1 other version" in page
    assert "The first try" not in page
    other = seen(sue, thread, f"?leaf={left.pk}")
    assert "The first try" in other
    assert "The second try" not in other
    client = browser_of(sue)
    assert client.get(f"/review/threads/{thread.pk}/?leaf={uuid.uuid4()}").status_code == 404


def test_all_reasons_stand_beside_it_with_links_to_the_messages(ada: User, sue: User) -> None:
    thread = in_queue(a_thread(ada))
    answer = thread.messages.get(role="assistant")
    judge(answer, ada, "down", "wrong", "No.")
    take_everything_in()
    page = seen(sue, thread)
    assert f'<a href="?all=1#message-{answer.pk}">Thumbs down</a>' in page
    assert "A colleague: Look at this" in page


def test_other_threads_of_the_person_are_named_as_far_as_one_may_read(
    ada: User, sue: User, max: User, thread: Conversation
) -> None:
    hidden, shown = a_thread(ada), flagged(a_thread(ada))
    page = seen(sue, thread)
    assert f"/review/threads/{shown.pk}/" in page
    assert f"/review/threads/{hidden.pk}/" not in page
    assert f"/review/threads/{hidden.pk}/" in seen(max, thread)


def test_two_who_open_the_same_thread_see_each_other(
    thread: Conversation, sue: User, tim: User
) -> None:
    address = f"/review/threads/{thread.pk}/presence/"
    assert "Also here" not in browser_of(sue).post(address).text
    assert "sue@example.com" in browser_of(tim).post(address).text
    assert "tim@example.com" in browser_of(sue).post(address).text
    Presence.objects.update(seen_at="2026-01-01T00:00:00Z")
    assert "Also here" not in browser_of(tim).post(address).text


def test_a_thread_is_put_into_the_queue_by_hand(ada: User, max: User) -> None:
    thread = a_thread(ada)
    admin = browser_of(max)
    assert admin.post(f"/review/threads/{thread.pk}/flag/", {"why": ""}).status_code == 422
    admin.post(f"/review/threads/{thread.pk}/flag/", {"why": "Odd"})
    take_everything_in()
    assert Item.objects.get().kinds == ["colleague"]
    assert Flag.objects.get().by == max


def test_the_side_changes_with_the_item(thread: Conversation, item: Item, sue: User) -> None:
    client = browser_of(sue)
    answer = client.post(
        f"/review/items/{item.pk}/", {"status": "resolved"}, headers={"HX-Request": "true"}
    )
    assert answer.text.startswith('<template data-frame="part">')
    assert "<dd>Resolved" in answer.text
    set_status(item.pk, sue, "open")
    assert "<dd>Open, reopened 1×" in seen(sue, thread)
    assert AuditLine.objects.filter(action="item.resolved", by=sue).exists()


def test_the_page_costs_the_same_queries_however_long(
    ada: User, sue: User, django_assert_max_num_queries: object
) -> None:
    thread, client = in_queue(a_thread(ada)), browser_of(sue)
    for n in range(30):
        send(ada, thread.pk, uuid.uuid4(), f"Question {n}?", "")
        message = answered(thread, f"Answer {n}")
        Note.objects.create(conversation=thread, message=message, author=sue, text="Well")
    with django_assert_max_num_queries(52):  # type: ignore[operator]
        assert client.get(f"/review/threads/{thread.pk}/").status_code == 200


def test_of_a_long_thread_the_newest_stand_first_and_the_others_behind_a_link(
    ada: User, sue: User
) -> None:
    thread = in_queue(a_thread(ada, "The very first question", "Yes"))
    for n in range(30):
        send(ada, thread.pk, uuid.uuid4(), f"Question {n}?", "")
        answered(thread, f"Answer {n}")
    page = seen(sue, thread)
    assert "Show 2 earlier messages" in page
    assert "The very first question" not in page
    assert "Answer 29" in page
    whole = seen(sue, thread, "?all=1")
    assert "The very first question" in whole
    assert "earlier message" not in whole


def test_a_deleted_thread_is_gone_from_the_queue(thread: Conversation, ada: User) -> None:
    browser_of(ada).post(f"/c/{thread.pk}/delete/")
    assert not Item.objects.exists()
    assert not Message.objects.exists()


def test_a_thread_whose_assistant_is_gone_can_still_be_read(
    thread: Conversation, ada: User, sue: User
) -> None:
    Label.objects.all().delete()
    assert "It is on its way." in seen(sue, thread)
    assert "It is on its way." in browser_of(ada).get(f"/c/{thread.pk}/").text
