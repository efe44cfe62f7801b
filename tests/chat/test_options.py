"""Model, effort, thinking and tools of a chat: offered, explained, kept, and followed by tabs."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.chat.live import ListFollower
from chatapp.chat.models_offered import new_chat, picker_for
from chatapp.context.directions import directions
from chatapp.conversations.models import Conversation
from chatapp.errors import NotThere
from chatapp.generation.options import set_options
from chatapp.live.threads import in_database
from chatapp.prompts.choose import default_for
from chatapp.prompts.models import Label, Prompt, Version
from chatapp.usage import offers
from chatapp.usage.models import ModelOffer
from tests.conftest import a_conversation, a_prompt, a_thread, a_version, browser_of, point

pytestmark = pytest.mark.django_db
WEB = ["web_search", "web_fetch"]


@pytest.fixture
def browser(ada: User) -> Client:
    return browser_of(ada)


@pytest.fixture
def default() -> Prompt:
    prompt = a_prompt("Assistant", is_default=True)
    point(prompt, a_version(prompt, tools=WEB))
    return prompt


def began(browser: Client, **form: object) -> Conversation:
    browser.post("/c/", {"text": "Hello?", **form})
    return Conversation.objects.latest("created_at")


def changed(browser: Client, chat: Conversation, **form: object) -> Conversation:
    assert browser.post(f"/c/{chat.pk}/options/", form).status_code == 302
    return Conversation.objects.get(pk=chat.pk)


def test_a_new_chat_takes_what_the_picker_says(browser: Client, default: Prompt) -> None:
    chat = began(browser, effort="low", thinks=["0", "1"], web=["", "web_search", "nonsense"])
    assert (chat.effort, chat.thinks, chat.web) == ("low", True, ["web_search"])
    by = directions(chat)
    assert (by.effort, [tool["name"] for tool in by.tools]) == ("low", ["web_search"])


def test_without_the_picker_everything_is_as_usual(browser: Client, default: Prompt) -> None:
    chat = began(browser)
    assert (chat.effort, chat.thinks, chat.web) == ("", None, [])
    assert not directions(chat).tools


def test_a_change_is_kept_at_once_and_only_where_it_was_made(
    browser: Client, default: Prompt
) -> None:
    chat = began(browser, effort="low", web=["", "web_fetch"])
    assert changed(browser, chat, model="claude-haiku-5-5").model == "claude-haiku-5-5"
    assert changed(browser, chat, thinks="0").thinks is False
    chat = changed(browser, chat, web="")
    assert (chat.effort, chat.web, chat.model) == ("low", [], "claude-haiku-5-5")


@pytest.mark.parametrize("form", [{"effort": "hardest"}, {"model": "gpt-7"}])
def test_what_there_is_not_is_refused_and_changes_nothing(
    browser: Client, default: Prompt, form: dict[str, str]
) -> None:
    chat = began(browser, effort="low")
    assert browser.post(f"/c/{chat.pk}/options/", form).status_code == 422
    assert browser.post("/c/", {"text": "Hello?", **form}).status_code == 422
    assert Conversation.objects.values_list("effort", "model").get() == ("low", chat.model)


def test_nobody_settles_the_chat_of_somebody_else(ada: User, ben: User) -> None:
    chat = a_conversation(ada)
    with pytest.raises(NotThere):
        set_options(ben, chat.pk, "", {"effort": "max"})


def cards(page: str) -> list[str]:
    return re.findall(r'<label class="picker-model">.*?</label>', page)


def test_each_model_says_what_it_is_good_at_and_costs(browser: Client, default: Prompt) -> None:
    haiku = next(card for card in cards(browser.get("/").text) if "Haiku 5.5" in card)
    for words in ("Short tasks", "Fastest", "$0.10 in, $0.50 out", "long chats more", "reads 1M"):
        assert words in haiku


def test_prices_that_admins_set_are_told(browser: Client, default: Prompt) -> None:
    ModelOffer.objects.create(
        model="claude-haiku-4-5", is_offered=True, input=Decimal(3), output=Decimal("7.5")
    )
    offers.forget()
    assert "$3 in, $7.50 out" in cards(browser.get("/").text)[0]


def test_what_a_version_settles_is_said_and_not_offered(browser: Client, default: Prompt) -> None:
    fixed = a_version(default, "Quick.", model="claude-haiku-5-5", effort="low")
    point(default, fixed)
    page = browser.get("/").text
    assert "always answers with Claude Haiku 5.5." in page
    assert "always works with this effort: Low." in page
    assert 'name="effort"' not in page
    assert 'name="web"' not in page


def test_tools_are_offered_where_the_version_allows_them(browser: Client, default: Prompt) -> None:
    page = browser.get("/").text
    assert page.count('type="checkbox" role="switch" name="web"') == 2
    point(default, a_version(default, "None.", tools=["web_fetch"]))
    page = browser.get("/").text
    assert 'value="web_fetch"' in page
    assert 'value="web_search"' not in page


@pytest.mark.parametrize(
    ("model", "wanted", "thinks", "is_on"),
    [
        ("claude-sonnet-5-5", None, "can", True),
        ("claude-sonnet-5-5", False, "can", False),
        ("claude-opus-5-5", False, "always", True),
        ("claude-haiku-4-5", None, "can", False),
        ("claude-haiku-4-5", True, "can", True),
        ("somebody-else", True, "never", False),
    ],
)
def test_the_switch_of_thinking_tells_what_happens(
    model: str, wanted: bool | None, thinks: str, is_on: bool
) -> None:
    picker = picker_for(Conversation(model=model, thinks=wanted), None)
    assert (picker.chosen.thinks, picker.thinks) == (thinks, is_on)


def test_an_effort_that_the_model_does_not_have_is_not_shown() -> None:
    picker = picker_for(Conversation(model="claude-haiku-4-5", effort="max"), None)
    assert picker.effort == ""
    assert [value for value, _, is_possible in picker.efforts if is_possible] == [""]
    picker = picker_for(new_chat(), Version(effort="xhigh"))
    assert (picker.fixed_effort, str(picker.effort_label)) == (True, "Very high")


def test_a_running_chat_shows_its_own_and_warns_of_the_cost(
    browser: Client, default: Prompt
) -> None:
    chat = changed(browser, began(browser), effort="max", web="web_search")
    for page in (f"/c/{chat.pk}/", f"/c/{chat.pk}/options/"):
        text = browser.get(page).text
        assert "reads this chat anew once" in text
        assert 'value="max" checked' in text
        assert 'form="options-form"' in text
    assert "reads this chat anew once" not in browser.get("/").text


def test_the_picker_of_an_assistant_that_is_gone_still_opens(ada: User, browser: Client) -> None:
    chat = a_thread(ada)
    Label.objects.all().delete()
    assert browser.get(f"/c/{chat.pk}/options/").status_code == 200


def test_the_first_assistant_of_an_installation_allows_the_web(ada: User) -> None:
    version = Label.objects.get(prompt=default_for(ada)).version
    assert version.tools == WEB


@pytest.mark.django_db(transaction=True)
async def test_other_tabs_are_told_to_ask_anew(ada: User) -> None:
    chat = await in_database(a_conversation, ada)
    heard: list[Any] = []
    follower = ListFollower(ada)
    assert follower.is_quick()
    follower.hear({"options": str(chat.pk)})
    assert not follower.is_quick()
    heard.append(await follower.frame())
    assert f'data-frame="refresh" data-name="options-{chat.pk}"' in heard[0]
    assert await follower.frame() == ""
