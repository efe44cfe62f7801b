"""Beginning a chat: with which assistant, with which words, by which model."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from chatapp.accounts.models import User
from chatapp.context.directions import directions_by
from chatapp.context.plan import plan
from chatapp.conversations.models import Conversation, Message
from chatapp.generation.models import Run
from chatapp.prompts.models import Prompt
from tests.conftest import a_prompt, a_thread, a_version, answered, browser_of, point

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ada: User) -> Client:
    return browser_of(ada)


@pytest.fixture
def default() -> Prompt:
    return a_prompt("Assistant", is_default=True)


def began(browser: Client, **form: object) -> Conversation:
    browser.post("/c/", {"text": "Hello?", **form})
    return Conversation.objects.latest("created_at")


def test_where_there_is_one_assistant_nobody_is_asked(browser: Client, default: Prompt) -> None:
    assert "prompt-choice" not in browser.get("/").text
    assert began(browser).prompt == default


def test_a_person_chooses_among_theirs_by_name_and_description(
    browser: Client, default: Prompt
) -> None:
    guide = a_prompt("Guide", description="Shows the way.", icon="🧭")
    a_prompt("Secret", is_for_everyone=False)
    page = browser.get("/").text
    assert "Shows the way." in page
    assert "Secret" not in page
    chosen = browser.get(f"/?prompt={guide.pk}").text
    assert f'name="prompt" value="{guide.pk}"' in chosen
    conversation = began(browser, prompt=guide.pk)
    assert conversation.prompt == guide
    assert Run.objects.get(conversation=conversation).version == guide.versions.get()
    assert "Guide" in browser.get(f"/c/{conversation.pk}/").text


@pytest.mark.parametrize("given", ["secret", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_offered_cannot_be_chosen(browser: Client, default: Prompt, given: str) -> None:
    secret = a_prompt("Secret", is_for_everyone=False)
    asked = str(secret.pk) if given == "secret" else given
    assert browser.get(f"/?prompt={asked}").status_code == 404
    assert browser.post("/c/", {"text": "Hello?", "prompt": asked}).status_code == 404
    assert not Conversation.objects.exists()


def test_a_group_begins_with_its_own_and_may_choose_the_other(default: Prompt, sue: User) -> None:
    of_support = a_prompt("Support", is_for_everyone=False)
    of_support.audiences.create(group=Group.objects.get(name="support"), is_default=True)
    browser = browser_of(sue)
    assert began(browser).prompt == of_support
    assert began(browser, prompt=default.pk).prompt == default


def test_openings_are_offered_with_the_assistant(browser: Client, default: Prompt) -> None:
    Prompt.objects.update(openings=["Tell me a <joke>"])
    assert "data-opening>Tell me a &lt;joke&gt;</button>" in browser.get("/").text


def test_a_version_with_a_model_of_its_own_answers_by_it(browser: Client, default: Prompt) -> None:
    point(default, a_version(default, "Be quick.", model="claude-haiku-5-5"))
    page = browser.get("/").text
    assert "always answers with Claude Haiku 5.5." in page
    assert 'name="model"' not in page
    conversation = began(browser, model="claude-opus-5-5")
    run = Run.objects.get(conversation=conversation)
    assert (run.model, run.message.model) == ("claude-haiku-5-5", "claude-haiku-5-5")
    assert 'name="model"' not in browser.get(f"/c/{conversation.pk}/").text


def test_a_new_version_answers_the_next_turn_and_a_kept_one_does_not(
    browser: Client, ada: User, default: Prompt
) -> None:
    following = a_thread(ada)
    Prompt.objects.update(is_kept=True)
    kept = a_thread(ada)
    newer = a_version(default, "Newer.")
    point(default, newer)
    for conversation in (following, kept):
        browser.post(f"/c/{conversation.pk}/messages/", {"text": "And now?"})
    versions = [
        Run.objects.filter(conversation=it).latest("created_at").version for it in (following, kept)
    ]
    assert versions == [newer, default.versions.get(number=1)]


def test_a_continued_answer_keeps_the_version_that_it_began_with(
    browser: Client, ada: User, default: Prompt
) -> None:
    conversation = began(browser)
    run = Run.objects.get(conversation=conversation)
    answered(conversation, "Half", "stopped")
    point(default, a_version(default, "Newer."))
    browser.post(f"/messages/{run.message_id}/continuation/")
    again = Run.objects.filter(conversation=conversation).latest("created_at")
    assert (again.pk == run.pk, again.version) == (False, run.version)


def test_a_new_version_in_a_running_thread_sends_no_thinking_of_the_old_one(
    browser: Client, ada: User, default: Prompt
) -> None:
    """The API binds thinking to the text before it: sent after another one it is a 400."""
    conversation = a_thread(ada)
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "bound to the old text"}
    said = {"type": "text", "text": "Hello!"}
    Message.objects.filter(role="assistant").update(content=[thought, said])
    point(default, a_version(default, "Newer."))
    browser.post(f"/c/{conversation.pk}/messages/", {"text": "And now?"})
    run = Run.objects.latest("created_at")
    made = plan(directions_by(run.version, run.conversation, run.model), run.message)
    assert made.request.system == "Newer."
    assert "signature" not in str(made.request.messages)


def test_a_name_and_a_language_are_settings(browser: Client, ada: User) -> None:
    form = {"name": "Ada L.", "locale": "de", "theme": "dark", "announce": "end"}
    assert browser.post("/settings/", form).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.locale) == ("Ada L.", "de")
    assert browser.post("/settings/", {**form, "locale": "tlh"}).status_code == 422
