"""Instructions in the room: the page, the switch of each chat, and what a chat begins with."""

import pytest

from chatapp.accounts.models import User
from chatapp.claude import Request
from chatapp.conversations.folders import save_instructions
from chatapp.conversations.models import Conversation, Instructions
from chatapp.usage.ledger import Asking, open_call
from chatapp.usage.sent import HIDDEN, Record
from tests.conftest import a_thread, browser_of

ON = 'aria-checked="true"'


@pytest.fixture
def baker(ada: User) -> User:
    save_instructions(ada, ("I am a baker", ""), is_on=True)
    return ada


def test_instructions_are_written_on_their_page(ada: User) -> None:
    browser = browser_of(ada)
    form = {"about": "A baker", "manner": "Briefly", "is_on": "1"}
    assert browser.post("/settings/instructions/", form).status_code == 302
    page = browser.get("/settings/instructions/").text
    assert all(text in page for text in ("A baker", "Briefly", "from the next answer on"))
    browser.post("/settings/instructions/", {"about": "A baker"})
    assert not Instructions.objects.get().is_on


def test_a_chat_switches_them_off_and_on_again(baker: User) -> None:
    conversation, browser = a_thread(baker), browser_of(baker)
    address = f"/c/{conversation.pk}/instructions/"
    assert ON in browser.get(f"/c/{conversation.pk}/").text
    assert ON not in browser.post(address, {"on": "0"}).text
    assert not Conversation.objects.get().is_instructed
    assert ON in browser.post(address, {"on": "1"}).text


def test_who_has_none_is_led_to_where_they_are_written(ada: User) -> None:
    page = browser_of(ada).get(f"/c/{a_thread(ada).pk}/").text
    assert "Follow my instructions" not in page
    assert 'id="chat-instructions"' not in page


@pytest.mark.parametrize(
    ("sent", "kept"), [({}, True), ({"instructed": ["0", "1"]}, True), ({"instructed": "0"}, False)]
)
def test_a_new_chat_begins_as_its_switch_says(
    baker: User, sent: dict[str, object], kept: bool
) -> None:
    browser_of(baker).post("/c/", {"text": "Hello", **sent})
    assert Conversation.objects.get().is_instructed is kept


def test_a_new_chat_is_temporary_where_that_is_ticked(ada: User) -> None:
    browser = browser_of(ada)
    assert "checked" in browser.get("/?temporary=1").text
    browser.post("/c/", {"text": "Hello", "temporary": "1"})
    conversation = Conversation.objects.get()
    assert conversation.expires_at is not None
    browser.post(f"/c/{conversation.pk}/keep/")
    assert Conversation.objects.get().expires_at is None


def test_a_dialog_asks_for_another_title(ada: User) -> None:
    conversation = a_thread(ada, "Rivers")
    dialog = browser_of(ada).get(f"/c/{conversation.pk}/title/").text
    assert 'value="Rivers"' in dialog


def test_owners_see_what_they_asked_for_but_not_the_prompt(baker: User) -> None:
    texts = ("The prompt", "I am a baker", "Of the folder")
    turns = [{"role": "user", "content": "Hello?"}]
    system = [{"type": "text", "text": text} for text in texts]
    request = Request("claude-sonnet-5-5", turns, 100, system=system)
    kinds = enumerate(("system", "instructions", "folder"))
    parts = [{"kind": kind, "id": "", "at": -1, "block": at} for at, kind in kinds]
    call = open_call(Asking("answer", request, baker.pk, parts=parts))
    shown = Record(call.sent_request, None, hides_system=True).pretty
    assert [text in shown for text in (*texts, str(HIDDEN))] == [False, True, True, True]
