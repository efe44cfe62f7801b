"""The pages of cases and replays: the loop from an answer to a publication with evidence."""

import pytest
from django.test import Client

from chatapp.accounts.models import User
from chatapp.claude import Message as Answer
from chatapp.conversations.models import Conversation
from chatapp.prompts.models import Prompt, Publication
from chatapp.workbench.models import Case, Replay
from chatapp.workbench.replays import Told, keep
from tests.conftest import a_prompt, a_thread, a_version, browser_of
from tests.workbench.conftest import a_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def prompt() -> Prompt:
    return a_prompt(is_default=True)


@pytest.fixture
def writer(pat: User) -> Client:
    return browser_of(pat)


@pytest.fixture
def thread(prompt: Prompt, pat: User) -> Conversation:
    return a_thread(pat, "What is 6 x 7?", "It is 41.")


def told(text: str) -> Told:
    usage = {"output_tokens": 9}
    return Told(
        Answer(content=[{"type": "text", "text": text}], stop_reason="end_turn", usage=usage)
    )


def ended(replay: Replay, text: str) -> None:
    """The replay as it is when each case got that answer."""
    for result in replay.results.select_related("case"):
        keep(result, told(text))


def test_from_an_answer_to_a_case_in_two_clicks(
    writer: Client, thread: Conversation, prompt: Prompt
) -> None:
    link = f"/admin/conversations/{thread.pk}/case/"
    assert link in writer.get(f"/c/{thread.pk}/").text
    page = writer.get(link).text
    assert "keeps a copy of the 1 message" in page
    assert "It is 41." in page
    writer.post(link, {"prompt": prompt.pk, "checks": "contains: 42"})
    case = Case.objects.get()
    assert (case.name, case.answer) == ("What is 6 x 7?", "It is 41.")


def test_members_are_shown_no_way_to_make_a_case(ada: User) -> None:
    thread = a_thread(ada)
    assert "/case/" not in browser_of(ada).get(f"/c/{thread.pk}/").text


def test_the_loop_ends_in_a_publication_with_evidence(
    writer: Client, pat: User, prompt: Prompt
) -> None:
    a_case(prompt, pat, "What is 6 x 7?", "contains: 42", answer="It is 41.")
    draft = a_version(prompt, "Count well.")
    form = {"version": draft.pk, "mode": "now"}
    writer.post(f"/admin/prompts/{prompt.pk}/replays/", form)
    replay = Replay.objects.get()
    assert "never replayed" in writer.get(f"/admin/versions/{draft.pk}/publish/").text
    ended(replay, "It is 42.")
    page = writer.get(f"/admin/versions/{draft.pk}/publish/").text
    assert "1 of 1 cases passed, 0 worse than before" in page
    published = {"note": "It counts now.", "label": "production", "instead_of": "1"}
    writer.post(f"/admin/versions/{draft.pk}/publish/", published)
    assert Publication.objects.get().evidence["replay"] == str(replay.pk)
    assert f"/admin/replays/{replay.pk}/" in writer.get(f"/admin/prompts/{prompt.pk}/").text


def test_a_running_replay_asks_for_itself_and_an_ended_one_does_not(
    writer: Client, pat: User, prompt: Prompt
) -> None:
    a_case(prompt, pat, "Hello?", "lacks: bye")
    form = {"version": prompt.versions.get().pk, "mode": "now"}
    writer.post(f"/admin/prompts/{prompt.pk}/replays/", form)
    replay = Replay.objects.get()
    part = {"HX-Request": "true"}
    running = writer.get(f"/admin/replays/{replay.pk}/", headers=part).text
    assert "every 1s" in running
    assert "<html" not in running
    ended(replay, "Hello!")
    done = writer.get(f"/admin/replays/{replay.pk}/", headers=part).text
    assert "every 1s" not in done
    assert "Ended. 1 of 1 cases" in done


def test_results_are_filtered_and_exported(writer: Client, pat: User, prompt: Prompt) -> None:
    a_case(prompt, pat, "=6*7", "contains: 42", answer="It is 42.")
    form = {"version": prompt.versions.get().pk, "mode": "now"}
    writer.post(f"/admin/prompts/{prompt.pk}/replays/", form)
    replay = Replay.objects.get()
    ended(replay, "No idea.")
    page = f"/admin/replays/{replay.pk}/"
    assert "No idea." in writer.get(f"{page}?only=worse").text
    assert "No idea." not in writer.get(f"{page}?only=better").text
    sheet = b"".join(writer.get(f"{page}results.csv")).decode()  # type: ignore[arg-type]
    assert "'=6*7,False,True,done" in sheet


def test_what_failed_is_replayed_alone(writer: Client, pat: User, prompt: Prompt) -> None:
    good, bad = (
        a_case(prompt, pat, "Good?", "contains: yes"),
        a_case(prompt, pat, "Bad?", "contains: no"),
    )
    form = {"version": prompt.versions.get().pk, "mode": "now"}
    writer.post(f"/admin/prompts/{prompt.pk}/replays/", form)
    first = Replay.objects.get()
    ended(first, "yes")
    writer.post(f"/admin/prompts/{prompt.pk}/replays/", {**form, "failed_of": first.pk})
    second = Replay.objects.exclude(pk=first.pk).get()
    assert [row.case for row in second.results.all()] == [bad]
    assert good.pk


def test_a_replay_is_stopped_once(writer: Client, pat: User, prompt: Prompt) -> None:
    a_case(prompt, pat, "Hello?")
    form = {"version": prompt.versions.get().pk, "mode": "now"}
    writer.post(f"/admin/prompts/{prompt.pk}/replays/", form)
    page = f"/admin/replays/{Replay.objects.get().pk}/"
    assert writer.post(f"{page}stop/").status_code == 302
    assert "Stopped." in writer.get(page).text
    assert writer.post(f"{page}stop/").status_code == 409


def test_a_case_is_written_changed_and_deleted(writer: Client, prompt: Prompt) -> None:
    page = f"/admin/prompts/{prompt.pk}/cases/"
    assert writer.post(f"{page}new/", {"text": "Hi?", "checks": "nonsense"}).status_code == 422
    writer.post(f"{page}new/", {"text": "Hi?", "checks": "tokens: 9"})
    case = Case.objects.get()
    writer.post(f"/admin/cases/{case.pk}/", {"name": "Greeting", "checks": "tokens: 5"})
    assert "Greeting" in writer.get(page).text
    assert "tokens: 5" in writer.get(f"/admin/cases/{case.pk}/").text
    writer.post(f"/admin/cases/{case.pk}/delete/")
    assert not Case.objects.exists()


def test_a_replay_of_nothing_or_of_a_strange_version_is_refused(
    writer: Client, pat: User, prompt: Prompt
) -> None:
    page = f"/admin/prompts/{prompt.pk}/replays/"
    other = a_version(a_prompt("Other"))
    for form in ({}, {"version": other.pk, "mode": "now"}, {"version": "x", "mode": "now"}):
        assert writer.post(page, form).status_code == 422
    assert not Replay.objects.exists()
