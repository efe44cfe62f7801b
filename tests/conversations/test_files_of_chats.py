"""What the files of one conversation say, in each form, of what is out of the ordinary."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.exporting.html import as_html
from chatapp.conversations.exporting.json import as_data
from chatapp.conversations.exporting.markdown import as_markdown
from chatapp.conversations.exporting.pieces import pieces_of
from chatapp.conversations.models import Conversation, Message
from chatapp.conversations.shares import Terms, share
from chatapp.generation.actions import take_over
from chatapp.review.actions.takeovers import say
from tests.conftest import a_conversation, a_thread, browser_of

pytestmark = pytest.mark.django_db


def an_answer(content: list[Any], **fields: Any) -> Message:
    """Not kept: what is shown of it is asked alone."""
    return Message(role="assistant", content=content, **fields)


def shown(content: list[Any]) -> list[tuple[str, str, str]]:
    return [(piece.kind, piece.label, piece.text) for piece in pieces_of(an_answer(content))]


def test_a_tool_of_claudes_own_is_shown_as_one_of_ours() -> None:
    content = [
        {"type": "server_tool_use", "id": "1", "name": "web_search", "input": {"query": "cats"}},
        {"type": "web_search_tool_result", "tool_use_id": "1", "content": [{"title": "Cats"}]},
    ]
    ((kind, label, text),) = shown(content)
    assert (kind, label) == ("tool", "web_search")
    assert "Cats" in text
    assert pieces_of(an_answer(content))[0].given == "query: cats"


def test_a_tool_without_a_result_is_there_too() -> None:
    assert shown([{"type": "tool_use", "id": "1", "name": "look", "input": {}}]) == [
        ("tool", "look", "")
    ]


def test_a_failed_tool_says_so() -> None:
    content = [
        {"type": "tool_use", "id": "1", "name": "look", "input": {"deep": {"a": [1]}}},
        {"type": "tool_result", "tool_use_id": "1", "content": "No", "is_error": True},
    ]
    (piece,) = pieces_of(an_answer(content))
    assert piece.is_error
    assert piece.given == 'deep: {"a": [1]}'


@pytest.mark.parametrize("block", [{}, {"type": "text"}, {"type": "new"}, "text", None, 7])
def test_a_block_that_is_not_known_is_passed_over(block: Any) -> None:
    assert shown([block, {"type": "text", "text": "Words"}]) == [("text", "", "Words")]


def test_one_source_has_one_number_however_often_it_is_cited(ada: User) -> None:
    cited = {"title": "A", "url": "https://example.com/a"}
    other = {"document_title": "B"}
    content = [
        {"type": "text", "text": "One.", "citations": [cited]},
        {"type": "text", "text": "Two.", "citations": [other, cited, cited]},
    ]
    thread = a_thread(ada)
    thread.current_leaf = Message.objects.create(
        conversation=thread, parent=thread.current_leaf, role="assistant", content=content
    )
    text = as_markdown(thread)
    assert "One. [1]\n\nTwo. [1] [2]" in text
    assert text.endswith("1. [A](<https://example.com/a>)\n2. B\n")


def a_thread_with_staff(owner: User, staff: User) -> Conversation:
    thread = a_conversation(owner)
    take_over(thread.pk, staff, "Susan S.")
    say(thread.pk, staff, Message().pk, "I am here.")
    thread.refresh_from_db()
    return thread


def test_a_person_of_the_staff_is_named_to_the_owner(ada: User, sue: User) -> None:
    thread = a_thread_with_staff(ada, sue)
    assert "## Susan S. (a person) · " in as_markdown(thread)
    assert "Susan S. (a person)" in as_html(thread)
    told = as_data(thread)["messages"][-1]
    assert (told["role"], told["author"]) == ("person", "Susan S.")


def test_a_person_of_the_staff_has_no_name_on_a_shared_page(ada: User, sue: User) -> None:
    token = share(a_thread_with_staff(ada, sue), None, Terms(with_name=True))[1]
    text = browser_of(ada).get(f"/s/{token}/").text
    assert "I am here." in text
    assert "A person of the staff" in text
    assert "Susan" not in text


def test_nothing_of_the_staffs_own_is_in_a_file(ada: User, sue: User) -> None:
    thread = a_thread_with_staff(ada, sue)
    for text in (as_markdown(thread), as_html(thread), str(as_data(thread))):
        assert sue.email not in text


def test_only_the_branch_that_is_seen_is_in_the_files_for_reading(ada: User) -> None:
    thread = a_thread(ada)
    question = Message.objects.get(conversation=thread, role="user")
    Message.objects.create(
        conversation=thread, parent=question, role="assistant", text="Another branch"
    )
    assert "Another branch" not in as_markdown(thread)
    assert "Another branch" not in as_html(thread)
    assert "Another branch" in str(as_data(thread))


def test_what_a_person_typed_is_no_markdown_in_the_page(ada: User) -> None:
    text = as_html(a_thread(ada, "# not a *heading*"))
    assert "# not a *heading*" in text
    assert "<h1>not" not in text


def test_a_chat_without_a_title_or_words_has_a_file(ada: User) -> None:
    empty = Conversation.objects.create(owner=ada, model="m")
    client = browser_of(ada)
    for form in ("markdown", "html", "json"):
        answer = client.get(f"/c/{empty.pk}/export/{form}/")
        assert answer.status_code == 200
        assert "new-chat." in answer["Content-Disposition"]
