"""The admins' room for prompts: written, compared, published, taken back."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from chatapp.accounts.models import User
from chatapp.prompts.actions.publishing import live_version
from chatapp.prompts.models import Prompt, Publication, Version
from chatapp.prompts.tools import TOOLS, Tool
from tests.conftest import a_prompt, a_version, browser_of, point

pytestmark = pytest.mark.django_db
TEXT = {"body": "Be brief.", "note": "Shorter.", "based_on": "1"}


@pytest.fixture
def writer(pat: User) -> Client:
    return browser_of(pat)


def test_a_prompt_is_made_written_and_published(writer: Client, pat: User) -> None:
    writer.post("/admin/prompts/new/", {"name": "Guide", "is_for_everyone": "on", "openings": "Hi"})
    prompt = Prompt.objects.get()
    assert (prompt.created_by, prompt.openings) == (pat, ["Hi"])
    writer.post(f"/admin/prompts/{prompt.pk}/edit/", {**TEXT, "based_on": "0"})
    version = prompt.versions.get()
    writer.post(
        f"/admin/versions/{version.pk}/publish/", {"note": "The first.", "label": "production"}
    )
    assert live_version(prompt) == version
    assert "The first." in writer.get(f"/admin/prompts/{prompt.pk}/").text


def test_the_editor_begins_with_the_newest_text_or_the_one_that_is_asked_for(
    writer: Client,
) -> None:
    prompt = a_prompt(body="First text")
    a_version(prompt, "Second text")
    assert "Second text" in writer.get(f"/admin/prompts/{prompt.pk}/edit/").text
    earlier = writer.get(f"/admin/prompts/{prompt.pk}/edit/?from=1").text
    assert "First text" in earlier
    assert 'name="based_on" value="2"' in earlier


def test_every_setting_of_the_editor_is_kept(writer: Client) -> None:
    prompt = a_prompt()
    fields = {
        **TEXT,
        "body": "Be brief, {{team}}.",
        "model": "claude-haiku-5-5",
        "max_tokens": "900",
        "effort": "low",
        "stop_sequences": "END\nSTOP",
        "variables": "team = Sales = all",
        "marks": "start = 9000\nmodel = claude-haiku-5-5",
    }
    assert writer.post(f"/admin/prompts/{prompt.pk}/edit/", fields).status_code == 302
    made = prompt.versions.get(number=2)
    assert (made.model, made.max_tokens, made.effort) == ("claude-haiku-5-5", 900, "low")
    assert (made.stop_sequences, made.variables) == (["END", "STOP"], {"team": "Sales = all"})
    assert made.marks == {"start": 9_000, "model": "claude-haiku-5-5"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"body": "{{nobody}}"}, "is not defined"),
        ({"body": "{{time}}"}, "would change at every turn"),
        ({"marks": "speed = 9"}, "There is no mark"),
        ({"marks": "start = fast"}, "is a number above 0"),
        ({"variables": "team"}, "is no “name = value”"),
        ({"stop_sequences": "1\n2\n3\n4\n5"}, "At most 4 lines"),
        ({"model": "claude-haiku-5-5", "max_tokens": "99999999"}, "writes at most"),
        ({"model": "gpt"}, "Select a valid choice"),
        ({"body": "Be a guide."}, "Nothing has changed"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_text(
    writer: Client, fields: dict[str, str], sentence: str
) -> None:
    prompt = a_prompt()
    answer = writer.post(f"/admin/prompts/{prompt.pk}/edit/", {**TEXT, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert prompt.versions.count() == 1


def test_the_second_of_two_writers_sees_both_texts_and_loses_nothing(
    writer: Client, max: User
) -> None:
    prompt = a_prompt()
    browser_of(max).post(f"/admin/prompts/{prompt.pk}/edit/", {**TEXT, "body": "Max wrote this."})
    told = writer.post(f"/admin/prompts/{prompt.pk}/edit/", {**TEXT, "body": "Pat wrote that."})
    assert told.status_code == 409
    assert "Version 2 was saved meanwhile by max@example.com" in told.text
    assert "<del>Max</del>" in told.text
    assert "Pat wrote that.</textarea>" in told.text
    assert 'name="based_on" value="2"' in told.text
    writer.post(
        f"/admin/prompts/{prompt.pk}/edit/", {**TEXT, "body": "Both wrote.", "based_on": "2"}
    )
    assert [v.body for v in prompt.versions.all()] == [
        "Both wrote.",
        "Max wrote this.",
        "Be a guide.",
    ]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("look", "ask"):
        made = Tool(
            name, f"{name.title()} somebody", "For tests.", {"type": "object"}, lambda *_: ""
        )
        monkeypatch.setitem(TOOLS, name, made)


@pytest.mark.usefixtures("tools")
def test_tools_are_chosen_kept_and_compared(writer: Client) -> None:
    prompt = a_prompt(body="Be brief.")
    editor = f"/admin/prompts/{prompt.pk}/edit/"
    assert "Ask somebody" in writer.get(editor).text
    writer.post(editor, {**TEXT, "tools": ["look", "ask"]})
    made = prompt.versions.get(number=2)
    assert made.tools == ["ask", "look"]
    assert writer.get(editor).text.count(" checked") == 2
    page = writer.get(f"/admin/versions/{made.pk}/").text
    assert "<code>ask</code> <code>look</code>" in page
    assert "“ask”, “look”" in page.replace("<ins>", "").replace("</ins>", "")


@pytest.mark.usefixtures("tools")
def test_tools_survive_that_somebody_else_was_faster(writer: Client, max: User) -> None:
    prompt = a_prompt()
    editor = f"/admin/prompts/{prompt.pk}/edit/"
    browser_of(max).post(editor, TEXT)
    told = writer.post(editor, {**TEXT, "body": "Mine.", "tools": ["look", "ask"]})
    assert (told.status_code, told.text.count(" checked")) == (409, 2)


@pytest.mark.usefixtures("tools")
def test_a_tool_that_is_gone_stays_where_a_version_has_it_and_nowhere_else(writer: Client) -> None:
    prompt = a_prompt()
    point(prompt, a_version(prompt, "With it.", tools=["gone"]))
    fields = {**TEXT, "based_on": "2", "tools": ["gone"]}
    assert writer.post(f"/admin/prompts/{prompt.pk}/edit/", fields).status_code == 302
    assert prompt.versions.get(number=3).tools == ["gone"]
    other = a_prompt("Other")
    answer = writer.post(f"/admin/prompts/{other.pk}/edit/", {**TEXT, "tools": ["gone"]})
    assert answer.status_code == 422


def test_the_difference_is_shown_by_the_word_against_what_is_live(writer: Client) -> None:
    new = a_version(a_prompt(body="Be very kind."), "Be very brief.", effort="low")
    page = writer.get(f"/admin/versions/{new.pk}/").text
    assert "Be very <del>kind</del><ins>brief</ins>." in page
    assert "<ins>low</ins>" in page


def test_the_publish_page_says_what_it_costs_and_that_nothing_was_replayed(writer: Client) -> None:
    new = a_version(a_prompt(), "New.")
    page = writer.get(f"/admin/versions/{new.pk}/publish/").text
    assert "never replayed" in page
    assert "No conversation is warm" in page
    assert "never sent again" in page


def test_who_publishes_what_they_did_not_see_is_stopped(writer: Client) -> None:
    prompt = a_prompt()
    two, three = a_version(prompt, "2"), a_version(prompt, "3")
    point(prompt, two)
    form = {"note": "Three.", "label": "production", "instead_of": "1"}
    answer = writer.post(f"/admin/versions/{three.pk}/publish/", form)
    assert answer.status_code == 409
    assert live_version(prompt) == two


def test_a_label_moves_without_touching_production(writer: Client) -> None:
    prompt = a_prompt()
    form = {"note": "To try.", "label": "staging", "instead_of": "1"}
    writer.post(f"/admin/versions/{a_version(prompt, '2').pk}/publish/", form)
    writer.post(f"/admin/versions/{a_version(prompt, '3').pk}/publish/", form)
    assert prompt.labels.get(name="staging").version.number == 3
    assert live_version(prompt) == prompt.versions.get(number=1)


def test_rolling_back_is_one_click(writer: Client) -> None:
    prompt = a_prompt()
    form = {"note": "Two.", "label": "production", "instead_of": "1"}
    writer.post(f"/admin/versions/{a_version(prompt, '2').pk}/publish/", form)
    assert "Roll back to version 1" in writer.get(f"/admin/prompts/{prompt.pk}/").text
    writer.post(f"/admin/prompts/{prompt.pk}/rollback/")
    assert live_version(prompt) == prompt.versions.get(number=1)
    assert Publication.objects.count() == 2


def test_approval_and_comments_stand_at_the_version(writer: Client, max: User, pat: User) -> None:
    version = a_version(a_prompt(needs_approval=True), "One\nTwo", author=pat)
    assert writer.post(f"/admin/versions/{version.pk}/approve/").status_code == 409
    other = browser_of(max)
    other.post(f"/admin/versions/{version.pk}/approve/")
    other.post(f"/admin/versions/{version.pk}/comments/", {"text": "Why two?", "line": "2"})
    page = writer.get(f"/admin/versions/{version.pk}/").text
    assert "Approved by max@example.com" in page
    assert "on line 2" in page
    assert "Why two?" in page
    other.post(f"/admin/versions/{version.pk}/disapprove/")
    assert not version.approvals.exists()


def test_an_audience_is_chosen_with_its_default(writer: Client) -> None:
    prompt, group = a_prompt(is_for_everyone=False), Group.objects.get(name="support")
    page = f"/admin/prompts/{prompt.pk}/card/"
    writer.post(page, {"name": "Guide", "defaults": [group.pk]})
    audience = prompt.audiences.get()
    assert (audience.group, audience.is_default) == (group, True)
    assert writer.get(page).text.count("checked") == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "taken"}, "Another prompt has this name."),
        ({"name": "New", "is_default": "on"}, "Only what everyone may choose"),
        ({"name": "New", "openings": "1\n2\n3\n4\n5\n6\n7"}, "At most 6 lines"),
    ],
)
def test_a_card_that_cannot_be_kept_says_why(
    writer: Client, fields: dict[str, str], sentence: str
) -> None:
    a_prompt("Taken")
    answer = writer.post("/admin/prompts/new/", fields)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_retired_prompt_is_offered_to_nobody_and_can_come_back(writer: Client, ada: User) -> None:
    prompt = a_prompt()
    writer.post(f"/admin/prompts/{prompt.pk}/retired/", {"on": "1"})
    assert not Prompt.objects.offered_to(ada)
    writer.post(f"/admin/prompts/{prompt.pk}/retired/", {"on": "0"})
    assert set(Prompt.objects.offered_to(ada)) == {prompt}


def test_the_preview_tells_weight_price_and_cautions(writer: Client) -> None:
    page = writer.post(
        "/admin/prompts/preview/",
        {"body": "Hello {{user_name}} on {{date}}. " + "x" * 6_000, "model": "claude-haiku-5-5"},
    ).text
    assert "About 2,0" in page
    assert "read from the cache" in page
    assert "once a day" in page
    assert "Hello Ada Example on" in page


def test_the_preview_of_a_wrong_text_says_what_is_wrong(writer: Client) -> None:
    page = writer.post("/admin/prompts/preview/", {"body": "{{nobody}} {{ 1+1 }}"}).text
    assert "is not defined" in page
    assert "is not a variable" in page


def test_a_version_is_retired_only_when_it_answers_nobody(writer: Client) -> None:
    prompt = a_prompt()
    live, draft = prompt.versions.get(), a_version(prompt, "2")
    assert writer.post(f"/admin/versions/{live.pk}/retired/", {"on": "1"}).status_code == 409
    writer.post(f"/admin/versions/{draft.pk}/retired/", {"on": "1"})
    assert Version.objects.get(pk=draft.pk).retired_at
