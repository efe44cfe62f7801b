"""Publishing, taking back, rolling out: what answers people, and the record of it."""

import uuid

import pytest

from chatapp.accounts.models import AuditLine, User
from chatapp.errors import Conflict, Unusable
from chatapp.prompts.actions import publishing, writing
from chatapp.prompts.actions.publishing import (
    Thresholds,
    live_version,
    publish,
    roll_back,
    start_rollout,
)
from chatapp.prompts.choose import version_for
from chatapp.prompts.models import Prompt, Publication, Rollout
from tests.conftest import a_prompt, a_version

pytestmark = pytest.mark.django_db
FELL_BACK, PUBLISHED, STOPPED = Rollout.End.FELL_BACK, Rollout.End.PUBLISHED, Rollout.End.STOPPED


@pytest.fixture
def prompt() -> Prompt:
    return a_prompt(body="Old.")


def test_publishing_takes_effect_at_once_and_is_on_record(prompt: Prompt, max: User) -> None:
    old, new = live_version(prompt), a_version(prompt, "New.")
    made = publish(new, max, "Shorter.", instead_of=old, evidence={"replay": "r"})
    assert version_for(prompt.pk, uuid.uuid4()) == new
    assert (made.before, made.version, made.by, made.note) == (old, new, max, "Shorter.")
    assert made.evidence == {"replay": "r"}
    line = AuditLine.objects.get(action="prompt.published")
    assert (line.why, line.by) == ("Shorter.", max)


def test_the_first_version_of_a_prompt_is_published_instead_of_none(max: User) -> None:
    prompt = Prompt.objects.create(name="Fresh")
    publish(a_version(prompt), max, "The first.", instead_of=None)
    assert live_version(prompt)


def test_publishing_without_a_word_why_is_refused(prompt: Prompt, max: User) -> None:
    with pytest.raises(Unusable, match="note"):
        publish(a_version(prompt), max, " ", instead_of=live_version(prompt))
    assert not Publication.objects.exists()


def test_who_saw_another_difference_than_there_is_now_is_told(prompt: Prompt, max: User) -> None:
    seen, two, three = live_version(prompt), a_version(prompt, "2"), a_version(prompt, "3")
    publish(two, max, "Two.", instead_of=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        publish(three, max, "Three.", instead_of=seen)
    with pytest.raises(Conflict, match="already"):
        publish(two, max, "Again.", instead_of=two)
    assert live_version(prompt) == two


def test_rolling_back_is_a_publication_of_what_was_before(prompt: Prompt, max: User) -> None:
    old, new = live_version(prompt), a_version(prompt, "New.")
    publish(new, max, "Shorter.", instead_of=old)
    back = roll_back(prompt, max)
    assert (back.kind, back.before, back.version) == ("rolled back", new, old)
    assert live_version(prompt) == old
    assert AuditLine.objects.filter(action="prompt.rolled back").exists()


def test_there_is_nothing_before_the_first_version(max: User) -> None:
    prompt = Prompt.objects.create(name="Fresh")
    publish(a_version(prompt), max, "The first.", instead_of=None)
    with pytest.raises(Conflict, match="no version before"):
        roll_back(prompt, max)


def test_a_label_of_any_other_name_moves_without_touching_production(
    prompt: Prompt, max: User
) -> None:
    old, new = live_version(prompt), a_version(prompt, "New.")
    publish(new, max, "To try.", instead_of=None, label="staging")
    assert live_version(prompt) == old
    assert prompt.labels.get(name="staging").version == new


def test_where_approval_is_asked_for_a_second_person_gives_it(
    prompt: Prompt, pat: User, max: User
) -> None:
    prompt.needs_approval = True
    prompt.save()
    new = a_version(prompt, "New.", author=pat)
    for attempt in (
        lambda: publish(new, pat, "Mine.", instead_of=live_version(prompt)),
        lambda: start_rollout(new, pat, 10, Thresholds()),
    ):
        with pytest.raises(Conflict, match="approve"):
            attempt()
    writing.approve(new, max)
    publish(new, pat, "Ours.", instead_of=live_version(prompt))
    # What was live before may come back without a new approval.
    roll_back(prompt, pat)


def test_what_is_retired_is_not_published(prompt: Prompt, max: User) -> None:
    new = a_version(prompt, "New.")
    publishing.retire_version(new, max, on=True)
    with pytest.raises(Conflict, match="retired"):
        publish(new, max, "Why not.", instead_of=live_version(prompt))
    publishing.retire_version(new, max, on=False)
    publish(new, max, "Why not.", instead_of=live_version(prompt))
    with pytest.raises(Conflict, match="in use"):
        publishing.retire_version(new, max, on=True)


def test_a_rollout_answers_some_and_ends_for_all(prompt: Prompt, max: User) -> None:
    new = a_version(prompt, "New.")
    rollout = start_rollout(new, max, 50, Thresholds(max_down_percent=20))
    ids = [uuid.uuid4() for _ in range(50)]
    assert {version_for(prompt.pk, id).body for id in ids} == {"Old.", "New."}
    publishing.change_rollout(rollout, max, 99)
    assert sum(version_for(prompt.pk, id) == new for id in ids) > 40
    publishing.end_rollout(rollout, max, PUBLISHED, "It is better.")
    assert {version_for(prompt.pk, id) for id in ids} == {new}
    assert Publication.objects.get().kind == "rolled out"


def test_a_rollout_that_falls_back_leaves_the_control_and_a_record(
    prompt: Prompt, max: User
) -> None:
    rollout = start_rollout(a_version(prompt, "New."), max, 50, Thresholds())
    publishing.end_rollout(rollout, None, FELL_BACK, "30 % thumbs down.")
    assert {version_for(prompt.pk, uuid.uuid4()).body for _ in range(20)} == {"Old."}
    line = AuditLine.objects.get(action="rollout.fell back")
    assert (line.by, line.why) == (None, "30 % thumbs down.")
    with pytest.raises(Conflict, match="has ended"):
        publishing.end_rollout(rollout, max, STOPPED, "Again.")


def test_one_rollout_at_a_time_and_none_of_what_is_live(prompt: Prompt, max: User) -> None:
    with pytest.raises(Conflict, match="another version"):
        start_rollout(prompt.versions.get(), max, 50, Thresholds())
    for percent in (0, 100):
        with pytest.raises(Unusable, match="1 to 99"):
            start_rollout(a_version(prompt, f"{percent}"), max, percent, Thresholds())
    start_rollout(a_version(prompt, "New."), max, 50, Thresholds())
    with pytest.raises(Conflict, match="under way"):
        start_rollout(a_version(prompt, "Newer."), max, 50, Thresholds())


def test_publishing_to_all_ends_the_rollout_to_some(prompt: Prompt, max: User) -> None:
    rollout = start_rollout(a_version(prompt, "New."), max, 50, Thresholds())
    publish(a_version(prompt, "Newest."), max, "At once.", instead_of=live_version(prompt))
    rollout.refresh_from_db()
    assert rollout.end == STOPPED
    assert {version_for(prompt.pk, uuid.uuid4()).body for _ in range(20)} == {"Newest."}
