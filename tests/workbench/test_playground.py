"""The playground: the same words to each version, apart from everybody's threads."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.generation.models import Run
from chatapp.prompts.models import Prompt
from chatapp.usage.models import Budget
from chatapp.workbench.figures import figures
from chatapp.workbench.trials import delete_old_trials
from tests.conftest import a_prompt, a_version, answered, browser_of

pytestmark = pytest.mark.django_db
PAGE = "/admin/playground/"


@pytest.fixture
def prompt() -> Prompt:
    prompt = a_prompt(body="Be a guide.")
    a_version(prompt, "Be brief.", model="claude-haiku-5-5")
    return prompt


@pytest.fixture
def writer(pat: User) -> Client:
    return browser_of(pat)


def tried(writer: Client, prompt: Prompt, text: str = "Hello?") -> list[Conversation]:
    versions = [version.pk for version in prompt.versions.all()]
    writer.post(f"{PAGE}messages/", {"text": text, "version": versions})
    return list(Conversation.objects.filter(is_trial=True).order_by("version__number"))


def test_two_versions_answer_the_same_words(writer: Client, prompt: Prompt, pat: User) -> None:
    trials = tried(writer, prompt)
    runs = [Run.objects.get(conversation=trial) for trial in trials]
    assert [run.version for run in runs] == [trial.version for trial in trials]
    assert [run.model for run in runs] == ["claude-sonnet-5-5", "claude-haiku-5-5"]
    assert {run.owner for run in runs} == {pat}
    query = "&".join(f"trial={trial.pk}" for trial in trials)
    page = writer.get(f"{PAGE}?{query}").text
    assert page.count("Hello?</") == 2
    assert page.count("data-follows=") == 2


def test_the_next_message_goes_to_all_columns_or_to_none(writer: Client, prompt: Prompt) -> None:
    trials = tried(writer, prompt)
    form = {"text": "And now?", "trial": [trial.pk for trial in trials]}
    answered(trials[0], "Hello!")
    told = writer.post(f"{PAGE}messages/", form, follow=True).text
    assert "still being written" in told
    assert "And now?</textarea>" in told
    assert not Conversation.objects.filter(messages__text="And now?").exists()
    answered(trials[1], "Hi.")
    writer.post(f"{PAGE}messages/", form)
    assert Conversation.objects.filter(messages__text="And now?").count() == 2


def test_trials_stand_in_no_list_and_no_figures(writer: Client, prompt: Prompt) -> None:
    trials = tried(writer, prompt, "Only to try")
    for trial in trials:
        answered(trial, "Tried.")
    assert "Trial of" not in writer.get("/conversations/").text
    assert "Trial of" not in writer.get("/conversations/?q=Trial").text
    assert figures(prompt.versions.get(number=1)).answers == 0
    response = writer.get(f"/c/{trials[0].pk}/")
    assert response.url == f"{PAGE}?trial={trials[0].pk}"


def test_one_version_is_edited_beside_its_chat(writer: Client, prompt: Prompt) -> None:
    version = prompt.versions.get(number=1)
    page = writer.get(f"{PAGE}?version={version.pk}").text
    assert "Be a guide.</textarea>" in page
    assert "Save and try" in page
    form = {"body": "Be kinder.", "based_on": "2", "then": "try"}
    saved = writer.post(f"/admin/prompts/{prompt.pk}/edit/", form)
    assert saved.url == f"{PAGE}?version={prompt.versions.get(number=3).pk}"


def test_a_trial_is_its_maker_s_alone(writer: Client, prompt: Prompt, max: User) -> None:
    trial = tried(writer, prompt)[0]
    other = browser_of(max)
    assert other.get(f"{PAGE}?trial={trial.pk}").status_code == 404
    form = {"text": "Hi", "trial": trial.pk}
    assert other.post(f"{PAGE}messages/", form).status_code == 404


@pytest.mark.parametrize("query", ["version=x", "trial=x", f"version={'0' * 32}"])
def test_what_is_not_there_is_not_tried(writer: Client, query: str) -> None:
    assert writer.get(f"{PAGE}?{query}").status_code == 404


def test_who_has_nothing_left_is_told_and_keeps_the_words(
    writer: Client, prompt: Prompt, pat: User
) -> None:
    Budget.objects.create(person=pat, period="day", hard=0)
    versions = [version.pk for version in prompt.versions.all()]
    form = {"text": "Hello?", "version": versions}
    page = writer.post(f"{PAGE}messages/", form, follow=True).text
    assert "budget" in page
    assert "Hello?</textarea>" in page
    assert not Conversation.objects.exists()


def test_trials_that_nobody_touched_for_a_month_go(writer: Client, prompt: Prompt) -> None:
    old, fresh = tried(writer, prompt)
    for trial in (old, fresh):
        answered(trial, "Hello!")
    month = timezone.now() - timedelta(days=31)
    Conversation.objects.filter(pk=old.pk).update(active_at=month)
    assert delete_old_trials() == 1
    assert list(Conversation.objects.all()) == [fresh]
