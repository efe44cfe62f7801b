"""What the database itself keeps: versions say for good what they say."""

import pytest
from django.db import IntegrityError, transaction

from chatapp.accounts.models import User
from chatapp.prompts.models import Label, Prompt, Publication, Version
from tests.conftest import a_prompt, a_version

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [{"body": "Other."}, {"model": "m"}, {"marks": {"keep": 1}}, {"note": ""}, {"tools": ["look"]}],
)
def test_a_version_refuses_every_change(change: dict[str, object]) -> None:
    version = a_version(Prompt.objects.create(name="P"), note="First.")
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError, match="stays as it is"):
        Version.objects.filter(pk=version.pk)._raw_delete("default")


def test_a_version_outlives_its_author_and_can_be_retired(pat: User) -> None:
    version = a_version(Prompt.objects.create(name="P"), author=pat)
    pat.delete()
    version.refresh_from_db()
    assert version.author is None
    Version.objects.filter(pk=version.pk).update(retired_at=version.created_at)
    assert Version.objects.with_state().get(pk=version.pk).state == "retired"


def test_nobody_can_take_another_s_place_as_author(pat: User, max: User) -> None:
    version = a_version(Prompt.objects.create(name="P"), author=pat)
    with pytest.raises(IntegrityError):
        Version.objects.filter(pk=version.pk).update(author=max)


def test_a_publication_stays_on_record(max: User) -> None:
    version = a_prompt().versions.get()
    made = Publication.objects.create(
        prompt=version.prompt, label="production", version=version, kind="published", by=max
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=made.pk).update(note="Never was.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=made.pk)._raw_delete("default")
    max.delete()
    made.refresh_from_db()
    assert made.by is None


def test_a_version_is_a_draft_until_a_label_pointed_to_it() -> None:
    prompt = a_prompt()
    draft = a_version(prompt)
    Publication.objects.create(
        prompt=prompt, label="staging", version=prompt.versions.get(number=1), kind="published"
    )
    states = {v.number: v.state for v in prompt.versions.with_state()}
    assert states == {1: "published", draft.number: "draft"}


@pytest.mark.parametrize("name", ["", "Production", "with space", "<b>"])
def test_a_label_has_a_plain_name(name: str) -> None:
    version = a_prompt().versions.get()
    with pytest.raises(IntegrityError, match="label_name"):
        Label.objects.create(prompt=version.prompt, name=name, version=version)
