"""Rollouts in the admins' room: figures of both sides, and falling back by itself."""

import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from chatapp.accounts.models import AuditLine, User
from chatapp.conversations.feedback import judge
from chatapp.conversations.flags import flag
from chatapp.conversations.models import Conversation, Mark, Message
from chatapp.conversations.wishes import Wishes
from chatapp.generation.actions import begin_conversation, send
from chatapp.generation.models import Run
from chatapp.prompts.actions.publishing import Thresholds, live_version, start_rollout
from chatapp.prompts.models import Prompt, Rollout, Version
from chatapp.usage.models import Call
from chatapp.workbench.figures import Share, answers_of, by_day, figures
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
        run = Run.objects.create(
            conversation_id=message.conversation_id,
            message=message,
            owner=owner,
            model="m",
            version=version,
            state="failed" if number < failed else "done",
            finished_at=message.created_at,
        )
        a_round(run, cost, output_tokens=100, first_token_ms=500, total_ms=2_000)


def a_round(run: Run, cost: str, **told: int) -> None:
    """One more call of a run, which is now its last."""
    run.call = Call.objects.create(
        purpose="answer", model="m", run=run.pk, cost=Decimal(cost), **told
    )
    run.save()


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


@pytest.mark.parametrize("read", [figures, by_day])
def test_figures_take_three_queries(
    prompt: Prompt, ada: User, read: Callable[[Version], object], django_assert_num_queries: object
) -> None:
    version = prompt.versions.get()
    runs_of(version, ada, ["0.01", "0.03"])
    with django_assert_num_queries(3):  # type: ignore[operator]
        read(version)


def test_an_answer_costs_and_takes_all_its_rounds(prompt: Prompt, ada: User) -> None:
    version = a_version(prompt, "New.", tools=["request_human"])
    runs_of(version, ada, ["0.01", "0.03"])
    a_round(Run.objects.latest("created_at"), "0.02", output_tokens=50, first_token_ms=900)
    means, (day,) = figures(version).means, by_day(version)
    assert str(means["cost"]) == "$0.0300 ($0.0023 to $0.0577)"
    assert str(means["length"]).startswith("125 tokens")
    assert str(means["first_token"]) == "0.50 s (0.50 s to 0.50 s)"
    assert str(means["total"]) == "2.00 s (2.00 s to 2.00 s)"
    assert (day["answers"], day["cost"], day["seconds"]) == (2, 0.03, 2.0)


def test_each_row_of_the_answers_has_the_cost_of_all_rounds(
    writer: Client, prompt: Prompt, ada: User
) -> None:
    version = a_version(prompt, "New.")
    runs_of(version, ada, ["0.01"])
    a_round(Run.objects.get(version=version), "0.02", output_tokens=50)
    page = writer.get(f"/admin/versions/{version.pk}/answers/").text
    assert "<td>150</td><td>$0.0300</td>" in page


def said_of(message: Message, *kinds: str, marks: Iterable[str] = ()) -> None:
    """Have it flagged for those kinds of reasons, and marked by a reviewer each."""
    for kind in kinds:
        flag(message.conversation_id, kind, message_id=message.pk)
    for verdict in marks:
        Mark.objects.create(message=message, verdict=verdict)


def test_marks_and_flags_count_answers_and_no_sample(prompt: Prompt, ada: User) -> None:
    version = a_version(prompt, "New.")
    for _ in range(4):
        runs_of(version, ada, ["0.01"])
    first, second, third, _ = [run.message for run in answers_of(version)]
    said_of(first, "rule", "refused", marks=["good", "bad"])
    said_of(second, "sample", marks=["good"])
    said_of(third, "thumb")
    flag(third.conversation_id, "asked")
    said_of(a_thread(ada).messages.get(role="assistant"), "rule", marks=["bad"])
    found, (day,) = figures(version), by_day(version)
    assert (found.bad, found.flagged) == (Share(1, 2), Share(2, 4))
    assert (day["marks"], day["flags"].count, day["thumbs"]) == (Share(1, 2), 2, Share(0, 0))


def test_an_answer_that_was_continued_is_flagged_once(prompt: Prompt, ada: User) -> None:
    version = a_version(prompt, "New.")
    runs_of(version, ada, ["0.01", "0.01"])
    said_of(Run.objects.latest("created_at").message, "rule", "limit", marks=["bad"])
    found = figures(version)
    assert (found.answers, found.flagged, found.bad) == (2, Share(1, 1), Share(1, 1))


def test_the_pages_compare_marks_and_flags(
    writer: Client, prompt: Prompt, ada: User, pat: User
) -> None:
    rollout = a_rollout(prompt, pat)
    for version, verdict in ((rollout.version, "bad"), (rollout.control, "good")):
        runs_of(version, ada, ["0.01"])
        run = Run.objects.get(version=version)
        said_of(run.message, *["rule"] if verdict == "bad" else [], marks=[verdict])
    all_bad, none_bad = str(Share(1, 1)), str(Share(0, 1))
    page = writer.get(f"/admin/rollouts/{rollout.pk}/").text
    for row in ("Marked bad by staff, of marked", "Flagged"):
        assert f"{row}</th><td>{all_bad}</td><td>{none_bad}</td>" in page
    for page in ("", "answers/"):
        shown = writer.get(f"/admin/versions/{rollout.version_id}/{page}").text
        assert f"<dt>Marked bad</dt><dd>{all_bad}</dd>" in shown
        assert f"<dt>Flagged</dt><dd>{all_bad}</dd>" in shown
    assert "<td>1 of 1</td><td>1</td><td>$0.0100</td><td>2.0</td>" in shown


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
        begin_conversation(ada, uuid.uuid4(), "Hello?", "", Wishes(prompt=prompt))
    first = dict(Run.objects.values_list("conversation", "version"))
    # Five standard deviations around a half.
    assert 65 < sum(version == rollout.version_id for version in first.values()) < 135
    for conversation in Conversation.objects.all()[:20]:
        answered(conversation, "Hello!")
        send(ada, conversation.pk, uuid.uuid4(), "And now?", "")
    for run in Run.objects.exclude(message__parent__parent=None):
        assert run.version_id == first[run.conversation_id]
