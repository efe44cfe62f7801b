"""Which prompt a chat begins with, and which version answers in it."""

import uuid

import pytest
from django.contrib.auth.models import Group

from chatapp.accounts.models import User
from chatapp.errors import NotThere
from chatapp.prompts.choose import default_for, is_in, version_for
from chatapp.prompts.models import Label, Prompt, Publication, Rollout
from tests.conftest import a_prompt, a_version, point

pytestmark = pytest.mark.django_db


def a_rollout(prompt: Prompt, percent: int = 50) -> Rollout:
    control = prompt.versions.get(number=1)
    rollout = Rollout.objects.create(
        prompt=prompt, version=a_version(prompt, "New."), control=control, percent=percent
    )
    Label.objects.filter(prompt=prompt).update(rollout=rollout)
    return rollout


def test_a_fresh_installation_has_one_published_prompt_of_the_settings(ada: User) -> None:
    first = default_for(ada)
    assert default_for(ada) == first
    assert version_for(first.pk, uuid.uuid4()).body.startswith("You are a helpful assistant.")
    assert Publication.objects.get().version.prompt == first


def test_the_default_of_a_group_comes_before_everyone_s(ada: User, sue: User) -> None:
    everyones = a_prompt("All", is_default=True)
    of_support = a_prompt("Support", is_for_everyone=False)
    group = Group.objects.get(name="support")
    of_support.audiences.create(group=group, is_default=True)
    assert (default_for(ada), default_for(sue)) == (everyones, of_support)


def test_a_person_is_offered_what_is_published_and_meant_for_them(ada: User, sue: User) -> None:
    everyones = a_prompt("All")
    of_support = a_prompt("Support", is_for_everyone=False)
    of_support.audiences.create(group=Group.objects.get(name="support"))
    a_version(Prompt.objects.create(name="Draft", is_for_everyone=True))
    assert set(Prompt.objects.offered_to(ada)) == {everyones}
    assert set(Prompt.objects.offered_to(sue)) == {everyones, of_support}


def test_nothing_is_offered_to_a_person_who_is_switched_off(ada: User) -> None:
    a_prompt()
    ada.is_active = False
    assert not Prompt.objects.offered_to(ada)


def test_the_production_label_decides_at_once() -> None:
    prompt = a_prompt(body="Old.")
    assert version_for(prompt.pk, uuid.uuid4()).body == "Old."
    point(prompt, a_version(prompt, "Newer."))
    point(prompt, a_version(prompt, "Elsewhere."), "staging")
    assert version_for(prompt.pk, uuid.uuid4()).body == "Newer."


def test_a_prompt_that_is_not_published_answers_nobody() -> None:
    with pytest.raises(NotThere, match="not published"):
        version_for(Prompt.objects.create(name="Draft").pk, uuid.uuid4())


def test_a_rollout_gives_a_conversation_the_same_version_each_time() -> None:
    rollout = a_rollout(prompt := a_prompt())
    ids = [uuid.uuid4() for _ in range(40)]
    chosen = [version_for(prompt.pk, id) for id in ids]
    assert chosen == [version_for(prompt.pk, id) for id in ids]
    assert set(chosen) == {rollout.version, rollout.control}


def test_a_rollout_of_more_percent_keeps_who_is_in() -> None:
    rollout = Rollout(percent=20)
    ids = [uuid.uuid4() for _ in range(2_000)]
    few = {id for id in ids if is_in(rollout, id)}
    rollout.percent = 60
    assert few < {id for id in ids if is_in(rollout, id)}
    # Five standard deviations around a fifth.
    assert 310 < len(few) < 490


def test_the_version_is_found_in_one_query(django_assert_num_queries: object) -> None:
    a_rollout(prompt := a_prompt())
    with django_assert_num_queries(1):  # type: ignore[operator]
        version_for(prompt.pk, uuid.uuid4())
