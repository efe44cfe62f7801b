"""Cases: copied from threads or written, and erased with whom they are about."""

import uuid

import pytest

from chatapp.accounts.models import AuditLine, User
from chatapp.conversations.models import Message, ReadRecord
from chatapp.errors import NotThere, Unusable
from chatapp.generation.actions import send
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.models import SentRequest
from chatapp.workbench.cases import change_case, copy_case, opened_source, question_of, write_case
from chatapp.workbench.models import Case
from tests.conftest import a_conversation, a_prompt, a_thread, answered, flagged
from tests.security.conftest import A_REQUEST

pytestmark = pytest.mark.django_db


def second_answer(owner: User) -> Message:
    thread = a_thread(owner, "First?", "First!")
    send(owner, thread.pk, uuid.uuid4(), "Second?", "")
    return answered(thread, "Second!")


def test_a_case_is_a_copy_of_the_thread_up_to_the_question(pat: User) -> None:
    answer = second_answer(pat)
    case = copy_case(
        opened_source(pat, answer.conversation_id), a_prompt(), pat, "", ["contains: second"]
    )
    said = [(turn["role"], turn["content"][0]["text"]) for turn in case.messages]
    assert said == [("user", "First?"), ("assistant", "First!"), ("user", "Second?")]
    assert (case.answer, case.name, case.person) == ("Second!", "Second?", pat)
    assert case.checks == [{"kind": "contains", "value": "second"}]
    assert AuditLine.objects.filter(action="case.created").exists()


def test_what_was_thought_on_the_way_is_not_copied(pat: User) -> None:
    thread = a_thread(pat, "First?", "First!")
    blocks = [
        {"type": "thinking", "thinking": "Hm.", "signature": "s"},
        {"type": "text", "text": "A"},
    ]
    Message.objects.filter(conversation=thread, role="assistant").update(content=blocks)
    send(pat, thread.pk, uuid.uuid4(), "Second?", "")
    case = copy_case(
        opened_source(pat, answered(thread, "B").conversation_id), a_prompt(), pat, "", []
    )
    assert [block["type"] for turn in case.messages for block in turn["content"]] == ["text"] * 3


def test_a_thread_of_somebody_else_is_read_by_admins_alone_and_on_record(
    ada: User, pat: User, max: User
) -> None:
    answer = flagged(a_thread(ada)).messages.get(role="assistant")
    with pytest.raises(NotThere):
        opened_source(pat, answer.conversation_id)
    assert not ReadRecord.objects.exists()
    opened_source(max, answer.conversation_id)
    record = ReadRecord.objects.get()
    assert (record.reader, record.conversation) == (max, answer.conversation)


def test_a_case_goes_with_the_account_of_whose_words_it_holds(ada: User, max: User) -> None:
    answer = flagged(a_thread(ada)).messages.get(role="assistant")
    copy_case(opened_source(max, answer.conversation_id), a_prompt(), max, "", [])
    open_call(Asking("replay", A_REQUEST, max.pk, person_id=ada.pk))
    ada.delete()
    assert not Case.objects.exists()
    assert not SentRequest.objects.exists()


def test_a_case_stays_when_the_thread_is_deleted(ada: User, max: User) -> None:
    thread = flagged(a_thread(ada))
    copy_case(opened_source(max, thread.pk), a_prompt(), max, "", [])
    thread.delete()
    assert question_of(Case.objects.get()) == "Hello?"


def test_a_written_case_needs_a_question_and_good_checks(pat: User) -> None:
    prompt = a_prompt()
    for text, checks in ((" ", []), ("Hello?", ["resembles: x"])):
        with pytest.raises(Unusable):
            write_case(prompt, pat, text, "", checks)
    assert not Case.objects.exists()
    case = write_case(prompt, pat, "Hello?", "Greeting", ["tokens: 9"])
    change_case(case, pat, "Other", [])
    case.refresh_from_db()
    assert (case.name, case.checks) == ("Other", [])


def test_an_earlier_answer_of_the_thread_can_be_chosen(pat: User) -> None:
    answer = second_answer(pat)
    first = answer.conversation.messages.get(text="First!")
    source = opened_source(pat, answer.conversation_id, str(first.pk))
    assert (source.answer, [m.text for m in source.messages]) == (first, ["First?"])
    assert [m.text for m in source.answers] == ["First!", "Second!"]


def test_a_thread_without_an_answer_makes_no_case(pat: User) -> None:
    with pytest.raises(Unusable, match="no answer"):
        opened_source(pat, a_conversation(pat).pk)
