"""Rollouts in the admins' room: figures of both sides, and falling back by itself."""

import uuid
from collections.abc import Iterable
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from chatapp.accounts.models import AuditLine, User
from chatapp.conversations.feedback import judge
from chatapp.conversations.models import Conversation
from chatapp.generation.actions import begin_conversation, send
from chatapp.generation.models import Run
from chatapp.prompts.actions.publishing import Thresholds, live_version, start_rollout
from chatapp.prompts.models import Prompt, Rollout, Version
from chatapp.usage.models import Call
from chatapp.workbench.figures import Share, figures
from chatapp.workbench.rollouts import results
from chatapp.workbench.tasks import fall_back
from tests.conftest import a_prompt, a_thread, a_version, answered, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def prompt() -> Prompt:
    return a_prompt()


@pytest.fixture
def writer(pat: User) -> Client:
    return browser_of(pat)


def runs_of(version: Version, owner: User, costs: Iterable[str], failed: int = 0) -> None:
    """Finished answers of a version, one a cost; the first so many failed."""
    message = a_thread(owner).messages.get(role="assistant")
    for number, cost in enumerate(costs):
        call = Call.objects.create(
            purpose="answer", model="m", cost=Decimal(cost), output_tokens=100, total_ms=2_000
        )
        Run.objects.create(
            conversation_id=message.conversation_id,
            message=message,
            owner=owner,
            model="m",
            version=version,
            call=call,
            state="failed" if number < failed else "done",
            finished_at=message.created_at,
        )


def a_rollout(prompt: Prompt, by: User, **until: int) -> Rollout:
    return start_rollout(a_version(prompt, "New."), by, 50, Thresholds(**until))


def test_wilson_s_interval_is_that_of_the_textbook() -> None:
    low, high = Share(10, 100).interval
    assert (round(low, 1), round(high, 1)) == (5.5, 17.4)
    assert Share(0, 0).interval == (0.0, 100.0)
    low, high = Share(0, 20).interval
    assert (round(low, 1), round(high, 1)) == (0.0, 16.1)


def test_figures_have_counts_and_say_how_sure_they_are(prompt: Prompt, ada: User) -> None:
    version = a_version(prompt, "New.")
    runs_of(version, ada, ["0.01", "0.03", "0.01", "0.03"], failed=1)
    found = figures(version)
    assert (found.answers, found.conversations, found.failed) == (4, 1, Share(1, 4))
    assert str(found.means["cost"]) == "$0.0200 ($0.0102 to $0.0298)"
    assert str(found.means["total"]) == "2.00 s (2.00 s to 2.00 s)"
    assert str(figures(a_version(prompt, "None.")).means["cost"]) == "–"


def test_figures_take_three_queries(prompt: Prompt, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        figures(prompt.versions.get())


def test_a_rollout_is_begun_watched_changed_and_published(writer: Client, prompt: Prompt) -> None:
    new = a_version(prompt, "New.")
    writer.post(f"/admin/versions/{new.pk}/rollout/", {"percent": "50", "min_answers": "10"})
    rollout = Rollout.objects.get()
    page = f"/admin/rollouts/{rollout.pk}/"
    assert "version 2 on 50 %" in writer.get(page).text
    writer.post(f"{page}percent/", {"percent": "80"})
    assert "version 2 on 80 %" in writer.get(page).text
    assert writer.post(f"{page}end/", {"end": "publish", "note": ""}).status_code == 422
    writer.post(f"{page}end/", {"end": "publish", "note": "Better."})
    assert live_version(prompt) == new
    assert "published to all" in writer.get(page).text


def test_a_rollout_can_be_taken_back(writer: Client, prompt: Prompt, pat: User) -> None:
    rollout = a_rollout(prompt, pat)
    writer.post(f"/admin/rollouts/{rollout.pk}/end/", {"end": "stop", "note": "Worse."})
    assert live_version(prompt) == prompt.versions.get(number=1)
    rollout.refresh_from_db()
    assert (rollout.end, rollout.end_reason) == ("stopped", "Worse.")


@pytest.mark.parametrize(
    ("until", "cost", "failed", "why"),
    [
        ({"max_error_percent": 20}, "0.01", 1, "25.0 % of answers failed"),
        ({"max_cost_percent": 150}, "0.02", 0, "costs 200 % of the control's"),
    ],
)
def test_a_threshold_that_is_passed_ends_it_on_record_and_is_told(
    prompt: Prompt, ada: User, until: dict[str, int], cost: str, failed: int, why: str
) -> None:
    rollout = a_rollout(prompt, ada, min_answers=4, **until)
    runs_of(rollout.control, ada, ["0.01"] * 4)
    runs_of(rollout.version, ada, [cost] * 4, failed)
    assert fall_back() == [rollout]
    rollout.refresh_from_db()
    assert rollout.end == "fell back"
    assert why in rollout.end_reason
    assert AuditLine.objects.get(action="rollout.fell back").why == rollout.end_reason
    assert fall_back() == []


def test_who_began_a_rollout_is_written_to_when_it_falls_back(
    prompt: Prompt, ada: User, pat: User, django_capture_on_commit_callbacks: object
) -> None:
    rollout = a_rollout(prompt, pat, min_answers=1, max_error_percent=0)
    runs_of(rollout.control, ada, ["0.01"])
    runs_of(rollout.version, ada, ["0.01"], failed=1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        fall_back()
    assert mail.outbox[0].to == ["pat@example.com"]
    assert "100.0 % of answers failed" in mail.outbox[0].body


def test_thumbs_down_end_a_rollout_once_enough_were_given(
    prompt: Prompt, ada: User, pat: User
) -> None:
    rollout = a_rollout(prompt, pat, min_answers=2, max_down_percent=30)
    runs_of(rollout.control, ada, ["0.01"] * 3)
    for _ in range(2):
        runs_of(rollout.version, ada, ["0.01"])
        message = Run.objects.filter(version=rollout.version).latest("created_at").message
        assert fall_back() == []
        judge(message, ada, "down")
    assert results(rollout).new.down == Share(2, 2)
    assert fall_back() == [rollout]


def test_too_few_answers_end_nothing(prompt: Prompt, ada: User, pat: User) -> None:
    rollout = a_rollout(prompt, pat, min_answers=5, max_error_percent=0)
    runs_of(rollout.control, ada, ["0.01"] * 9)
    runs_of(rollout.version, ada, ["0.01"] * 4, failed=4)
    assert not results(rollout).is_judged
    assert fall_back() == []


def test_what_was_answered_before_the_rollout_does_not_count(
    prompt: Prompt, ada: User, pat: User
) -> None:
    runs_of(prompt.versions.get(), ada, ["0.01"] * 3)
    assert results(a_rollout(prompt, pat)).control.answers == 0


def test_from_a_version_to_every_answer_that_it_gave(
    writer: Client, max: User, prompt: Prompt, ada: User
) -> None:
    version = a_version(prompt, "New.")
    runs_of(version, ada, ["0.01", "0.02"])
    judge(Run.objects.filter(version=version).latest("created_at").message, ada, "down")
    page = f"/admin/versions/{version.pk}/answers/"
    assert "<td>1 of 1</td>" in writer.get(page).text
    assert writer.get(page).text.count("$0.0") > 2
    assert "/request/" not in writer.get(page).text
    assert browser_of(max).get(page).text.count("/request/") == 2


def test_half_of_two_hundred_conversations_get_the_new_version_and_keep_it(
    prompt: Prompt, ada: User, pat: User
) -> None:
    rollout = a_rollout(prompt, pat)
    for _ in range(200):
        begin_conversation(ada, uuid.uuid4(), "Hello?", "", prompt)
    first = dict(Run.objects.values_list("conversation", "version"))
    # Five standard deviations around a half.
    assert 65 < sum(version == rollout.version_id for version in first.values()) < 135
    for conversation in Conversation.objects.all()[:20]:
        answered(conversation, "Hello!")
        send(ada, conversation.pk, uuid.uuid4(), "And now?", "")
    for run in Run.objects.exclude(message__parent__parent=None):
        assert run.version_id == first[run.conversation_id]
