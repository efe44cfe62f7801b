"""Web search and fetch as admins allow them: per version, with sites and a ceiling."""

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.prompts.models import Prompt, Version
from tests.conftest import a_prompt, a_version, browser_of

pytestmark = pytest.mark.django_db
WEB = ["web_fetch", "web_search"]


@pytest.fixture
def writer(pat: User) -> Client:
    return browser_of(pat)


@pytest.fixture
def prompt() -> Prompt:
    return a_prompt(body="Be brief.")


def saved(writer: Client, prompt: Prompt, **fields: object) -> Version | None:
    """The version that a post made, if any."""
    form = {"body": "Look it up.", "note": "n", "based_on": prompt.versions.count(), **fields}
    before = prompt.versions.count()
    writer.post(f"/admin/prompts/{prompt.pk}/edit/", form)
    return prompt.versions.first() if prompt.versions.count() > before else None


def test_a_version_allows_the_web_by_ticks(writer: Client, prompt: Prompt) -> None:
    page = writer.get(f"/admin/prompts/{prompt.pk}/edit/").text
    assert "Claude looks things up and names its sources" in page
    made = saved(writer, prompt, tools=WEB)
    assert made
    assert (made.tools, made.web) == (WEB, {})


def test_sites_and_a_ceiling_are_kept_shown_and_begun_from(writer: Client, prompt: Prompt) -> None:
    made = saved(
        writer, prompt, tools=WEB, web_max_uses="3", web_allowed="a.example\n\nb.example/docs"
    )
    assert made
    rules = {"max_uses": 3, "allowed_domains": ["a.example", "b.example/docs"]}
    assert made.web == rules
    page = writer.get(f"/admin/versions/{made.pk}/").text
    assert "<code>allowed_domains</code>: a.example, b.example/docs" in page
    editor = writer.get(f"/admin/prompts/{prompt.pk}/edit/").text
    assert "a.example\nb.example/docs</textarea>" in editor
    again = saved(writer, prompt, tools=WEB, web_blocked="c.example", body="Other.")
    assert again
    assert again.web == {"blocked_domains": ["c.example"]}


@pytest.mark.parametrize(
    "fields",
    [
        {"web_allowed": "https://a.example"},
        {"web_allowed": "a"},
        {"web_blocked": "a.example?x"},
        {"web_blocked": "two words.example"},
        {"web_allowed": "a.example", "web_blocked": "b.example"},
        {"web_max_uses": "0"},
        {"web_max_uses": "many"},
    ],
)
def test_what_the_api_would_refuse_is_refused_here(
    writer: Client, prompt: Prompt, fields: dict[str, str]
) -> None:
    assert saved(writer, prompt, tools=WEB, **fields) is None


def test_a_trial_has_on_what_the_version_allows(writer: Client, prompt: Prompt) -> None:
    version = a_version(prompt, "Search.", tools=["web_search", "look"])
    writer.post("/admin/playground/messages/", {"text": "Hello?", "version": version.pk})
    assert Conversation.objects.get(is_trial=True).web == ["web_search"]


def test_the_web_is_part_of_the_difference(writer: Client, prompt: Prompt) -> None:
    made = saved(writer, prompt, tools=WEB, web_max_uses="3", body="Be brief.")
    assert made
    page = writer.get(f"/admin/versions/{made.pk}/").text.replace("<ins>", "")
    assert "max_uses" in page
